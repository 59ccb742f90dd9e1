// Every kernel of every model on the GPU, in each shape that it is compiled in, with all that a request may ask of it:
// the reproducible ones give the bytes of the CPU, the fast ones nearly its values.
#include <gtest/gtest.h>

#include <cmath>

#include "kernels/dynamics.hpp"
#include "kernels/ensemble.hpp"
#include "model_types.hpp"
#include "tests/kernels/bytes.hpp"
#include "tests/kernels/extras.hpp"

namespace losscast::test {
namespace {

constexpr int kSchedules = 5, kPaths = 130;  // so that one multiprocessor is filled by wide blocks, 132 are not

std::vector<float> on_gpu(const Problem& problem, const Extras& extras, EnsembleWorker& worker) {
  return values_of(problem, extras, [&](const EnsembleArguments& a) { worker.run(a); });
}

// Fast mathematics moves a normal variate by 1e-3 at most (math.DeviceModes), and the loss of a path, whose noise is
// below 0.1 nats, by 15 blocks of that. A path that comes as near to the barrier may cross it in one mode only: each
// of the 1,950 values has a chance below 1e-3 for that, 40 have one below 1e-30.
void expect_nearly(const std::vector<float>& found, const std::vector<float>& expected) {
  constexpr float kDistance = 15 * 0.1f * 1e-3f;
  constexpr int kMostOtherEnds = 40;
  ASSERT_EQ(found.size(), expected.size());
  int other_ends = 0;
  for (std::size_t i = 0; i < found.size(); ++i) {
    if (std::isfinite(found[i]) && std::isfinite(expected[i]))
      ASSERT_NEAR(found[i], expected[i], kDistance) << i;
    else
      other_ends += !(found[i] == expected[i]);  // NaN too
  }
  EXPECT_LE(other_ends, kMostOtherEnds);
}

template <class Spec>
class EveryKernel : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const CudaDevices gpus = cuda_devices(); gpus.count == 0)
      GTEST_SKIP() << "SKIPPED: no GPU to compare with (" << gpus.problem << ")";
  }

  // How many multiprocessors to cut launches for. Where there is one, as an emulator may have it, one alone: an
  // emulator of many goes through both.
  static std::vector<int> cuts() {
    constexpr std::int64_t kMostThreads = 2048;  // of one multiprocessor
    if (cuda_devices().threads_at_once <= kMostThreads) return {1};
    return {1, 132};
  }

  static void expect_the_cpus_values(const Problem& problem, const Extras& extras, const KernelChoice& choice) {
    KernelChoice reproducible = choice;
    reproducible.math = MathMode::reproducible;
    const std::vector<float> expected = on_cpu(problem, extras, Spec::kName, reproducible);
    for (const float value : expected) ASSERT_FALSE(std::isnan(value));
    for (const int multiprocessors : cuts()) {
      SCOPED_TRACE(::testing::Message() << "cut for " << multiprocessors << " multiprocessors");
      const auto worker = make_cuda_worker(0, Spec::kName, choice, multiprocessors);
      const std::vector<float> found = on_gpu(problem, extras, *worker);
      if (choice.math == MathMode::reproducible)
        EXPECT_TRUE(same_bytes(found, expected));
      else
        expect_nearly(found, expected);
    }
  }

  static void expect_the_cpus_values(MathMode math) {
    using Calm = CalmDynamics<Spec, Scheme::euler, ReproducibleMath>;
    using Spiked = SpikedDynamics<Spec, Scheme::euler, ReproducibleMath>;
    for (const Scheme scheme : {Scheme::euler, Scheme::exact_moments}) {
      for (const KernelChoice::Spikes spikes : {KernelChoice::Spikes::off, KernelChoice::Spikes::on}) {
        SCOPED_TRACE(::testing::Message()
                     << "scheme " << static_cast<int>(scheme) << ", spikes " << static_cast<int>(spikes));
        const Problem problem(find_model(Spec::kName), kSchedules, kPaths, spikes);
        const KernelChoice choice{scheme, math, spikes};
        const int variates = spikes == KernelChoice::Spikes::on ? Spiked::kVariates : Calm::kVariates;
        expect_the_cpus_values(problem, {}, choice);
        expect_the_cpus_values(problem, pairs_and_projections(problem.arguments(), variates), choice);
        expect_the_cpus_values(problem, finer_blocks(problem.arguments()), choice);
      }
    }
  }
};
TYPED_TEST_SUITE(EveryKernel, ModelTypes);

TYPED_TEST(EveryKernel, GivesTheBytesOfTheCpu) { this->expect_the_cpus_values(MathMode::reproducible); }
TYPED_TEST(EveryKernel, GivesNearlyTheValuesOfTheCpuInFastMathematics) { this->expect_the_cpus_values(MathMode::fast); }

}  // namespace
}  // namespace losscast::test
