// Every instruction set gives the same bytes: kernels are compiled three times, the results must not show it.
#include <gtest/gtest.h>

#include <iostream>

#include "kernels/bytes.hpp"
#include "kernels/isas.hpp"
#include "kernels/problem.hpp"

namespace losscast::test {
namespace {

class IsaIdentity : public ::testing::TestWithParam<const SdeModel*> {};
INSTANTIATE_TEST_SUITE_P(Every, IsaIdentity, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

TEST_P(IsaIdentity, GivesTheSameBytes) {
  if (available_isas().size() == 1) GTEST_SKIP() << "SKIPPED: this machine has one instruction set only";
  const Problem problem(*GetParam(), 5, 597);
  for (const Scheme scheme : {Scheme::euler, Scheme::exact_moments}) {
    const auto values = [&](Isa isa) {
      return problem.values([&](const EnsembleArguments& arguments) {
        const CpuEnsemble kernel = cpu_ensemble(GetParam()->name(), isa);
        for (std::int64_t tile = 0; tile < tile_count(kernel.shape, arguments); ++tile)
          kernel.run_tile(arguments, scheme, tile);
      });
    };
    const auto expected = values(Isa::generic);
    for (const float value : expected) ASSERT_FALSE(std::isnan(value));
    for (const Isa isa : available_isas()) EXPECT_TRUE(same_bytes(values(isa), expected)) << isa_name(isa);
  }
}

}  // namespace
}  // namespace losscast::test
