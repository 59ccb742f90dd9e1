// Paths in few blocks, against exact moments and against paths in short blocks.
#include "losscast/precision/coarse_ensemble.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

constexpr std::int64_t kPaths = 16'384;
constexpr int kBlocks = 24;

struct Moments {
  double mean, deviation;
};

Moments moments(std::span<const float> values) {
  double sum = 0, squares = 0;
  for (const float v : values) sum += static_cast<double>(v);
  const double mean = sum / static_cast<double>(values.size());
  for (const float v : values) squares += (static_cast<double>(v) - mean) * (static_cast<double>(v) - mean);
  return {mean, std::sqrt(squares / static_cast<double>(values.size() - 1))};
}

std::vector<float> losses(const Experiment& request, const std::vector<Recipe>& schedules) {
  std::vector<float> out(schedules.size() * kPaths);
  CoarseEnsemble(request, request.seed, request).evaluate(schedules, kBlocks, 0, kPaths, out);
  return out;
}

// Mean and spread of the exact law, to five standard errors and what the blocks leave.
TEST(CoarseEnsemble, HasTheLawOfTheModel) {
  for (const SdeModel* model : models()) {
    Experiment request = example_request(*model);
    const std::vector<Recipe> schedules = {wsd(4000), cosine(3000)};
    const std::vector<float> all = losses(request, schedules);
    for (std::size_t s = 0; s < schedules.size(); ++s) {
      const Moments seen = moments(std::span(all).subspan(s * kPaths, kPaths));
      const BlockTable table = blocks_of(*model, schedules[s], 1);
      const int last[] = {static_cast<int>(table.blocks.size())};
      const LossMoments exact = model->moments(table, request.draws[0], request.noise, Scheme::exact_moments, last)[0];
      const double deviation = std::sqrt(exact.variance);
      EXPECT_NEAR(seen.mean, exact.mean, 5 * deviation / std::sqrt(kPaths) + 1e-3) << model->name();
      EXPECT_NEAR(seen.deviation, deviation, 0.05 * deviation) << model->name();
    }
  }
}

// Jumps of the last thousand steps matter. The mean of what jumps add is the sum over the steps of rate x mean jump x
// what is left at the end, but for how the rate moves within a block.
TEST(CoarseEnsemble, AddsTheJumpsThatStillMatter) {
  Experiment request = example_request(find_model("adamw"));
  request.spikes.jump_rate = 1e-3;
  request.spikes.critical_lr = 3e-4;
  request.spikes.jump_exponent = 1.5;
  request.spikes.mean_jump = 0.1;
  request.spikes.jump_decay = 5e-3;
  const std::vector<Recipe> schedules = {wsd(4000), constant(3000), two_stage(4000)};
  const std::vector<float> with = losses(request, schedules);
  const Spikes spikes = request.spikes;
  request.spikes = {};
  const std::vector<float> without = losses(request, schedules);
  for (std::size_t s = 0; s < schedules.size(); ++s) {
    std::vector<float> jumps(kPaths);
    for (std::size_t p = 0; p < jumps.size(); ++p) jumps[p] = with[s * kPaths + p] - without[s * kPaths + p];
    const Step steps = schedules[s].total_steps();
    double expected = 0;
    for (Step t = 0; t < steps; ++t)
      expected += spikes.jump_rate * std::pow(schedules[s].schedule.lr(t) / spikes.critical_lr, spikes.jump_exponent) *
                  spikes.mean_jump * std::exp(-spikes.jump_decay * static_cast<double>(steps - 1 - t));
    const Moments seen = moments(jumps);
    EXPECT_NEAR(seen.mean, expected, 0.02 * expected + 5 * seen.deviation / std::sqrt(kPaths)) << s;
    EXPECT_GT(seen.mean, 0.5 * expected);
  }
}

TEST(CoarseEnsemble, SharesRandomNumbersAmongSchedulesAndThreads) {
  Experiment request = example_request(find_model("adamw"));
  const std::vector<Recipe> schedules = {wsd(4000), wsd(4000, 3.1e-4)};
  const std::vector<float> all = losses(request, schedules);
  std::vector<float> differences(kPaths);
  for (std::size_t p = 0; p < differences.size(); ++p) differences[p] = all[kPaths + p] - all[p];
  EXPECT_LT(moments(differences).deviation, 0.2 * moments(std::span(all).first(kPaths)).deviation);
  request.threads = 3;
  EXPECT_EQ(losses(request, schedules), all);
}

TEST(CoarseEnsemble, RefusesABarrier) {
  Experiment request = example_request(find_model("adamw"));
  request.spikes.barrier_limit = 3;
  EXPECT_THROW((CoarseEnsemble{request, request.seed, request}), InputError);
}

}  // namespace
}  // namespace losscast::test
