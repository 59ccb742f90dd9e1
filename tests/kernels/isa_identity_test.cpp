// Every instruction set gives the same bytes: kernels are compiled three times, the results must not show it.
#include <gtest/gtest.h>

#include <iostream>

#include "tests/kernels/bytes.hpp"
#include "tests/kernels/cpu_values.hpp"
#include "tests/kernels/isas.hpp"

namespace losscast::test {
namespace {

class IsaIdentity : public ::testing::TestWithParam<const SdeModel*> {};
INSTANTIATE_TEST_SUITE_P(Every, IsaIdentity, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

TEST_P(IsaIdentity, GivesTheSameBytes) {
  if (available_isas().size() == 1) GTEST_SKIP() << "SKIPPED: this machine has one instruction set only";
  for (const KernelChoice& choice : kernel_choices()) {
    const Problem problem(*GetParam(), 5, 597, choice.spikes);
    const auto expected = cpu_values(problem, GetParam()->name(), Isa::generic, choice, 4);
    for (const float value : expected) ASSERT_FALSE(std::isnan(value));
    for (const Isa isa : available_isas())
      EXPECT_TRUE(same_bytes(cpu_values(problem, GetParam()->name(), isa, choice, 4), expected)) << isa_name(isa);
  }
}

// Whatever the number of schedules that share a tile's random numbers.
TEST_P(IsaIdentity, GivesTheSameBytesForEveryTile) {
  for (const KernelChoice& choice : kernel_choices()) {
    const Problem problem(*GetParam(), 19, 50, choice.spikes);
    const auto expected = cpu_values(problem, GetParam()->name(), Isa::generic, choice, 1);
    for (const Isa isa : available_isas())
      for (const int width : {1, 2, 3, 4, 7, 8, 13, kMostCpuSchedules})
        EXPECT_TRUE(same_bytes(cpu_values(problem, GetParam()->name(), isa, choice, width), expected))
            << isa_name(isa) << " " << width;
  }
}

}  // namespace
}  // namespace losscast::test
