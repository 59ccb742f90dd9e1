#include "train/teacher_task.hpp"

#include <cmath>

#include "train/mlp.hpp"
#include "train/random_matrix.hpp"

namespace losscast {

namespace {

constexpr int kUnits = 8;
constexpr double kGain = 2;                // of its input weights, so that it is far from linear
constexpr int kScaleExamples = 1024;       // by which targets are scaled
constexpr std::uint64_t kTeacherSeed = 0;  // the same task for every run
constexpr std::uint64_t kTeacherWeights = std::uint64_t{1} << 32;  // apart from those of what is trained

Network teacher(int inputs, int outputs) {
  const NetworkShape shape = {.inputs = inputs, .width = kUnits, .hidden = 0, .outputs = outputs};
  return tanh_network(shape, {kGain / std::sqrt(static_cast<double>(inputs)), 0, 1}, kTeacherSeed, kTeacherWeights);
}

}  // namespace

TeacherTask::TeacherTask(int inputs, int outputs, std::uint64_t seed)
    : inputs_(inputs), seed_(seed), teacher_(teacher(inputs, outputs)) {
  const Matrix targets = held_out_batch(kScaleExamples).targets;
  scale_ = std::sqrt(static_cast<float>(targets.size()) / targets.squaredNorm());
}

Batch TeacherTask::batch(std::uint64_t first, int examples) {
  const Matrix inputs = random_examples(seed_, first, 0, inputs_, examples);
  return {inputs, scale_ * teacher_.forward(inputs)};
}

}  // namespace losscast
