// LOSSCAST_ISA forces an instruction set.
#include <gtest/gtest.h>

#include "losscast/model/model.hpp"
#include "tests/kernels/isas.hpp"

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
    for (const Isa isa : available_isas()) EXPECT_NE(cpu_ensemble(model->name(), isa, {}).run_tile, nullptr);
}

TEST(IsaChoice, AModelWithoutAKernelIsAnError) { EXPECT_THROW(cpu_ensemble("none", Isa::generic, {}), Error); }

TEST(CpuTileCount, CoversAllPathsAndSchedules) {
  EnsembleArguments arguments;
  arguments.paths = 33;
  arguments.schedules = 5;
  EXPECT_EQ(cpu_tile_count(arguments, 4), 3 * 2);
  arguments.paths = 32;
  arguments.schedules = 4;
  EXPECT_EQ(cpu_tile_count(arguments, 4), 2 * 1);
}

TEST(CpuTileWidth, GivesEveryThreadTilesWhereThereIsEnoughWork) {
  EnsembleArguments arguments;
  arguments.paths = 1024;
  arguments.schedules = 1000;
  EXPECT_EQ(cpu_tile_width(arguments, 2), kMostCpuSchedules);
  arguments.paths = 16;
  arguments.schedules = 16;
  EXPECT_LT(cpu_tile_width(arguments, 4), kMostCpuSchedules);
}

}  // namespace
}  // namespace losscast::test
