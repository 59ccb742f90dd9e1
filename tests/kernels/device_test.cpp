// The GPU gives the bytes of the CPU, for requests of every kind.
#include <gtest/gtest.h>

#include <cmath>

#include "bench/common/experiment.hpp"
#include "kernels/ensemble.hpp"
#include "losscast/engine/ensemble.hpp"
#include "losscast/random/counter.hpp"
#include "tests/kernels/bytes.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {

using bench::Experiment;

namespace {

// Numbers 0 ... bound - 1 that depend on the request's number and their place alone.
class Choices {
 public:
  explicit Choices(std::uint64_t request) : request_(request) {}
  int operator()(int bound) {
    const auto bits = random_bits(71, Stream::search, request_, taken_++, 0);
    return static_cast<int>(bits.word[0] % static_cast<std::uint32_t>(bound));
  }

 private:
  std::uint64_t request_;
  std::uint32_t taken_ = 0;
};

// Small enough for an emulator. What shapes of kernels they reach depends on the GPU; every_kernel_test.cpp reaches
// all.
Experiment random_request(std::uint64_t number) {
  Choices choose(number);
  Experiment request;
  request.model = models()[number % models().size()];
  request.reference = kReference;
  request.weight_decay = kWeightDecay;
  request.draws = example_draws(*request.model, 1 + choose(40));
  if (choose(4) > 0) request.noise = example_noise();
  if (choose(2) > 0) request.noise.observation = 1e-3f;
  if (choose(3) == 0) {
    request.spikes.jump_rate = 2e-3;
    request.spikes.critical_lr = 3e-4;
    request.spikes.mean_jump = 0.1;
    request.spikes.jump_decay = 0.02;
    request.spikes.barrier_pull = 0.05;
    request.spikes.barrier_noise = 0.2;
    request.spikes.barrier_growth = 0.1;
    request.spikes.barrier_limit = 2;
  }
  const int schedules = 1 + choose(40);
  const Step shortest = 20 + choose(60);
  for (int i = 0; i < schedules; ++i) {
    const Step steps = shortest + choose(60);
    const double peak = 1e-4 * (1 + choose(3));
    request.recipes.push_back(choose(2) > 0 ? wsd(steps, peak) : cosine(steps, peak));
  }
  if (choose(2) > 0) request.record_steps = {shortest / 3, shortest / 2, shortest};
  request.paths = 1 + choose(300);
  request.first_path = choose(2) > 0 ? 0 : static_cast<std::uint64_t>(choose(1'000'000'000)) << 10;
  request.seed = static_cast<std::uint64_t>(choose(1'000'000));
  request.scheme = choose(2) > 0 ? Scheme::exact_moments : Scheme::euler;
  request.block = request.scheme == Scheme::euler ? 1 : 1 + choose(20);
  if (choose(2) > 0) request.levers = kAutomaticLevers;
  request.keep = Experiment::Keep::values;
  return request;
}

// The error of a mean over a single unit is unknown, and so are quantiles of few paths: NaN on both sides.
bool same_or_unknown(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

// Expects the same statistics of values in the order of the paths and of those that the GPU has sorted.
void expect_same(const Statistics& a, const Statistics& b) {
  EXPECT_EQ(a.mean, b.mean);
  EXPECT_PRED2(same_or_unknown, a.standard_error, b.standard_error);
  EXPECT_PRED2(same_or_unknown, a.q05, b.q05);
  EXPECT_PRED2(same_or_unknown, a.q50, b.q50);
  EXPECT_PRED2(same_or_unknown, a.q95, b.q95);
  EXPECT_PRED2(same_or_unknown, a.tail_mean, b.tail_mean);
}

TEST(Device, GivesTheBytesOfTheCpuForRandomRequests) {
  if (const CudaDevices gpus = cuda_devices(); gpus.count == 0)
    GTEST_SKIP() << "SKIPPED: no GPU to compare with (" << gpus.problem << ")";
  for (std::uint64_t number = 0; number < 20; ++number) {
    SCOPED_TRACE(number);
    Experiment request = random_request(number);
    request.backend = Backend::cpu;
    const EnsembleResult on_cpu = run(request);
    request.backend = Backend::cuda;
    const EnsembleResult on_gpu = run(request);
    EXPECT_EQ(on_gpu.performance.backend, "cuda");
    EXPECT_TRUE(same_bytes(on_gpu.values, on_cpu.values)) << request.model->name();
    for (std::size_t s = 0; s < request.recipes.size(); ++s)
      for (std::size_t r = 0; r < on_cpu.statistics[s].size(); ++r)
        expect_same(on_gpu.statistics[s][r], on_cpu.statistics[s][r]);
  }
}

// `automatic` takes the GPU that is there.
TEST(Device, IsChosenWhereThereIsOne) {
  if (const CudaDevices gpus = cuda_devices(); gpus.count == 0)
    GTEST_SKIP() << "SKIPPED: no GPU to choose (" << gpus.problem << ")";
  Experiment request = random_request(0);
  request.backend = Backend::automatic;
  EXPECT_EQ(run(request).performance.backend, "cuda");
}

}  // namespace
}  // namespace losscast::test
