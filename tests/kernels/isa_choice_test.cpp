// LOSSCAST_ISA forces an instruction set.
#include <gtest/gtest.h>

#include "kernels/isas.hpp"
#include "losscast/model/model.hpp"

namespace losscast::test {
namespace {

TEST(IsaChoice, AKnownNameIsTaken) {
  for (const Isa isa : available_isas()) {
    const ForcedIsa forced(isa_name(isa));
    EXPECT_EQ(choose_isa(), isa);
  }
  const ForcedIsa forced("generic");
  EXPECT_EQ(choose_isa(), Isa::generic);  // which every machine has
}

TEST(IsaChoice, AnUnknownNameIsRefused) {
  const ForcedIsa forced("avx1024");
  try {
    choose_isa();
    FAIL() << "no error";
  } catch (const InputError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("avx1024"), std::string::npos) << message;
    EXPECT_NE(message.find("generic, avx2 and avx512"), std::string::npos) << message;
  }
}

TEST(IsaChoice, AnEmptyNameIsNone) {
  const ForcedIsa forced("");
  EXPECT_EQ(choose_isa(), available_isas().back());  // the widest
}

TEST(IsaChoice, EveryModelHasAKernelForEach) {
  for (const SdeModel* model : models())
    for (const Isa isa : available_isas()) {
      const CpuEnsemble kernel = cpu_ensemble(model->name(), isa);
      EXPECT_NE(kernel.run_tile, nullptr);
      EXPECT_GT(kernel.shape.paths, 0);
      EXPECT_GT(kernel.shape.schedules, 0);
    }
}

TEST(IsaChoice, AModelWithoutAKernelIsAnError) { EXPECT_THROW(cpu_ensemble("none", Isa::generic), Error); }

TEST(TileCount, CoversAllPathsAndSchedules) {
  EnsembleArguments arguments;
  arguments.paths = 33;
  arguments.schedules = 5;
  EXPECT_EQ(tile_count({16, 4}, arguments), 3 * 2);
  arguments.paths = 32;
  arguments.schedules = 4;
  EXPECT_EQ(tile_count({16, 4}, arguments), 2 * 1);
}

}  // namespace
}  // namespace losscast::test
