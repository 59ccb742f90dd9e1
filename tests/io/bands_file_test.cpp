#include "losscast/io/bands_file.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "losscast/format/text_file.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Statistics statistics(double mean, double q95) {
  return {.mean = mean,
          .standard_deviation = 9,
          .standard_error = 0.25,
          .posterior_error = 0.125,
          .reduction = 16,
          .q05 = 1,
          .q25 = 2,
          .q50 = 3,
          .q75 = 4,
          .q95 = q95,
          .q99 = 6,
          .q999 = kNaN,
          .tail_mean = 8,
          .intervals = {{{0.5, 1.5}, {1.5, 2.5}, {2.5, 3.5}, {3.5, 4.5}, {4.5, 5.5}, {5.5, 6.5}, {kNaN, kNaN}}},
          .diverged_share = 0,
          .status = Status::ok};
}

TEST(WriteBands, WritesARowAStep) {
  const ScratchFolder folder;
  const Step steps[] = {100, 24000};
  const Statistics bands[] = {statistics(3.5, 5), statistics(0.1 + 0.2, std::numeric_limits<double>::infinity())};
  write_bands(folder.path() / "bands.csv", steps, bands);
  EXPECT_EQ(read_text_file(folder.path() / "bands.csv"),
            "step,mean,se,posterior_se,reduction,q05,q25,q50,q75,q95,q99,q999,tail_mean,"
            "q05_low,q05_high,q25_low,q25_high,q50_low,q50_high,q75_low,q75_high,q95_low,q95_high,q99_low,q99_high,"
            "q999_low,q999_high\n"
            "100,3.5,0.25,0.125,16,1,2,3,4,5,6,nan,8,0.5,1.5,1.5,2.5,2.5,3.5,3.5,4.5,4.5,5.5,5.5,6.5,nan,nan\n"
            "24000,0.30000000000000004,0.25,0.125,16,1,2,3,4,inf,6,nan,8,0.5,1.5,1.5,2.5,2.5,3.5,3.5,4.5,4.5,5.5,5.5,"
            "6.5,nan,nan\n");
}

TEST(WriteBands, NamesTheFileThatCannotBeWritten) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "missing" / "bands.csv";
  expect_error(ExitCode::internal_or_io, {file.string()}, [&] { write_bands(file, {}, {}); });
  EXPECT_TRUE(folder.files().empty());
}

}  // namespace
}  // namespace losscast::test
