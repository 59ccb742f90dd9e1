// Which thread of a CUDA grid simulates what, emulated on the host: the phases of kernels/cuda_tile.hpp, run for every
// thread of every block in turn, must write the bytes that the CPU's tiles write. Nothing is left out and nothing
// written past the end, whatever the numbers of paths and schedules, and nothing is read from shared memory before it
// is there.
#include <gtest/gtest.h>

#include "kernels/cuda_shape.hpp"
#include "model_types.hpp"
#include "tests/kernels/bytes.hpp"
#include "tests/kernels/cpu_values.hpp"
#include "tests/kernels/emulated_grid.hpp"

namespace losscast::test {
namespace {

template <class Spec>
class IndexMap : public ::testing::Test {};
TYPED_TEST_SUITE(IndexMap, ModelTypes);

constexpr std::pair<int, int> kSizes[] = {{1, 1}, {2, 31}, {5, 33}, {9, 130}};  // schedules, paths

template <class Spec, Scheme scheme>
void expect_the_cpus_values() {
  using D = CalmDynamics<Spec, scheme, ReproducibleMath>;
  for (const auto& [schedules, paths] : kSizes) {
    SCOPED_TRACE(::testing::Message() << schedules << " schedules, " << paths << " paths");
    const Problem problem(find_model(Spec::kName), schedules, paths);
    const auto expected = cpu_values(problem, Spec::kName, Isa::generic, {.scheme = scheme}, 4);
    for (const float value : expected) ASSERT_FALSE(std::isnan(value));
    for (const int warps : {1, 2, 4}) {
      SCOPED_TRACE(warps);
      EXPECT_TRUE(same_bytes(emulated<D, 1, 1>(problem, warps), expected));
      EXPECT_TRUE(same_bytes(emulated<D, 4, 1>(problem, warps), expected));
      EXPECT_TRUE(same_bytes(emulated<D, 2, 4>(problem, warps), expected));
    }
  }
}

TYPED_TEST(IndexMap, GivesTheBytesOfTheCpuUnderEuler) { expect_the_cpus_values<TypeParam, Scheme::euler>(); }
TYPED_TEST(IndexMap, GivesTheBytesOfTheCpuUnderExactMoments) {
  expect_the_cpus_values<TypeParam, Scheme::exact_moments>();
}
TYPED_TEST(IndexMap, GivesTheBytesOfTheCpuWithSpikes) {
  using D = SpikedDynamics<TypeParam, Scheme::euler, ReproducibleMath>;
  for (const auto& [schedules, paths] : kSizes) {
    const Problem problem(find_model(TypeParam::kName), schedules, paths, KernelChoice::Spikes::on);
    const KernelChoice choice{.scheme = Scheme::euler, .spikes = KernelChoice::Spikes::on};
    EXPECT_TRUE(same_bytes(emulated<D, 1, 1>(problem, kMostWarps),
                           cpu_values(problem, TypeParam::kName, Isa::generic, choice, 4)));
  }
}

// That the problem above would show a difference: paths diverge, others do not, and values differ from path to path.
TEST(Problem, HasDivergedAndOtherPaths) {
  const Problem problem(find_model("adamw"), 3, 200, KernelChoice::Spikes::on);
  const KernelChoice choice{.scheme = Scheme::euler, .spikes = KernelChoice::Spikes::on};
  const auto values = cpu_values(problem, "adamw", Isa::generic, choice, 4);
  const auto diverged = std::count_if(values.begin(), values.end(), [](float v) { return std::isinf(v); });
  EXPECT_GT(diverged, 10);
  EXPECT_LT(diverged, static_cast<std::ptrdiff_t>(values.size()) - 10);
  EXPECT_NE(values[0], values[1]);
}

TEST(CudaShape, FillsTheGpuAtEverySize) {
  constexpr CudaShape wide{4, 1, 4}, narrow{1, 1, 4};
  constexpr int kMultiprocessors = 132;
  const auto blocks = [](const CudaShape& s, int schedules, std::int64_t paths) {
    const std::int64_t tall = s.warps * s.schedules_per_thread;
    return ((paths + kWarp * s.paths_per_thread - 1) / (kWarp * s.paths_per_thread)) * ((schedules + tall - 1) / tall);
  };
  struct Case {
    int schedules;
    std::int64_t paths;
    bool wide;
  };
  for (const Case& c : {Case{1000, 1024, true},
                        {36, 1024, false},
                        {1, 1'000'000, false},
                        {1, 64, false},
                        {100'000, 64, true},
                        {16, 1'000'000, true}}) {
    const CudaShape shape = choose_cuda_shape(wide, narrow, c.schedules, c.paths, kMultiprocessors);
    EXPECT_EQ(shape.schedules_per_thread > 1, c.wide) << c.schedules << " x " << c.paths;
    EXPECT_GE(shape.warps, 1);
    EXPECT_LE(shape.warps, kMostWarps);
    // Either the chip is filled, or the block is as small as its schedules allow.
    if (blocks(shape, c.schedules, c.paths) < 4 * kMultiprocessors && shape.warps > 1) {
      EXPECT_LE(c.schedules, shape.warps / 2);
    }
  }
}

}  // namespace
}  // namespace losscast::test
