// Which thread of a CUDA grid simulates what, emulated on the host: the loops of kernels/ensemble_cuda.cuh over blocks
// and threads, with tiles of one path, must write the bytes that the CPU's tiles of many paths write. Nothing is left
// out and nothing written past the end, whatever the numbers of paths and schedules.
#include <gtest/gtest.h>

#include "kernels/bytes.hpp"
#include "kernels/isas.hpp"
#include "kernels/problem.hpp"
#include "model_types.hpp"

#include "ensemble_tile.hpp"

namespace losscast::test {
namespace {

// One launch: K schedules a thread, `threads` a block, at most `most_groups` blocks in y, as launch_ensemble() cuts it.
struct Launch {
  int threads;
  int most_groups;
};

template <class Spec, Scheme scheme, int K>
void emulate(const EnsembleArguments& arguments, const Launch& launch) {
  const auto across = static_cast<int>((arguments.paths + launch.threads - 1) / launch.threads);
  const int groups = std::min((arguments.schedules + K - 1) / K, launch.most_groups);
  for (int block_y = 0; block_y < groups; ++block_y)
    for (int block_x = 0; block_x < across; ++block_x)
      for (int thread = 0; thread < launch.threads; ++thread) {
        const std::int64_t path = static_cast<std::int64_t>(block_x) * launch.threads + thread;
        if (path >= arguments.paths) continue;
        for (int first = block_y * K; first < arguments.schedules; first += groups * K)
          simulate_tile<Spec, scheme, K, 1>(arguments, path, first);
      }
}

template <class Spec>
class IndexMap : public ::testing::Test {};
TYPED_TEST_SUITE(IndexMap, ModelTypes);

template <class Spec, Scheme scheme>
void expect_the_cpus_values() {
  for (const auto& [schedules, paths] : {std::pair{1, 1}, {2, 31}, {5, 33}, {9, 130}}) {
    SCOPED_TRACE(::testing::Message() << schedules << " schedules, " << paths << " paths");
    const Problem problem(find_model(Spec::kName), schedules, paths);
    const auto expected = problem.values([](const EnsembleArguments& arguments) {
      const CpuEnsemble kernel = cpu_ensemble(Spec::kName, Isa::generic);
      for (std::int64_t tile = 0; tile < tile_count(kernel.shape, arguments); ++tile)
        kernel.run_tile(arguments, scheme, tile);
    });
    for (const float value : expected) ASSERT_FALSE(std::isnan(value));
    for (const Launch& launch : {Launch{128, 65535}, Launch{32, 2}, Launch{1, 1}}) {
      const auto emulated = [&](auto simulate) {
        return problem.values([&](const EnsembleArguments& arguments) { simulate(arguments, launch); });
      };
      EXPECT_TRUE(same_bytes(emulated(&emulate<Spec, scheme, 1>), expected));
      EXPECT_TRUE(same_bytes(emulated(&emulate<Spec, scheme, 2>), expected));
      EXPECT_TRUE(same_bytes(emulated(&emulate<Spec, scheme, 4>), expected));
    }
  }
}

TYPED_TEST(IndexMap, GivesTheBytesOfTheCpuUnderEuler) { expect_the_cpus_values<TypeParam, Scheme::euler>(); }
TYPED_TEST(IndexMap, GivesTheBytesOfTheCpuUnderExactMoments) {
  expect_the_cpus_values<TypeParam, Scheme::exact_moments>();
}

// That the problem above would show a difference: paths diverge, others do not, and values differ from path to path.
TEST(Problem, HasDivergedAndOtherPaths) {
  const Problem problem(find_model("adamw"), 3, 200);
  const auto values = problem.values([](const EnsembleArguments& arguments) {
    const CpuEnsemble kernel = cpu_ensemble("adamw", Isa::generic);
    for (std::int64_t tile = 0; tile < tile_count(kernel.shape, arguments); ++tile)
      kernel.run_tile(arguments, Scheme::euler, tile);
  });
  const auto diverged = std::count_if(values.begin(), values.end(), [](float v) { return std::isinf(v); });
  EXPECT_GT(diverged, 10);
  EXPECT_LT(diverged, static_cast<std::ptrdiff_t>(values.size()) - 10);
  EXPECT_NE(values[0], values[1]);
}

}  // namespace
}  // namespace losscast::test
