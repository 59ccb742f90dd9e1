// The hazard in fit.json.
#include <gtest/gtest.h>

#include "io/spikes_keys.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/io/fit_file.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

const fs::path kExample = fs::path(LOSSCAST_TEST_DATA) / "fit.json";

// Numbers that need every digit, as from evidence.
FittedHazard full_hazard() {
  return {.spikes = {.jump_rate = 0.1 / 3,
                     .critical_lr = 1e-3 / 3,
                     .jump_exponent = 5.9,
                     .mean_jump = 0.1,
                     .jump_decay = 1e-3,
                     .barrier_pull = 0.02 / 7,
                     .barrier_noise = 0.003,
                     .barrier_growth = 0.07,
                     .barrier_limit = 1,
                     .barrier_exponent = 1.7},
          .jumps_from = HazardSource::outcomes,
          .barrier_from = HazardSource::divergence_law};
}

void expect_same(const FittedHazard& a, const FittedHazard& b) {
  for (const auto& [key, member] : kSpikesKeys) EXPECT_EQ(a.spikes.*member, b.spikes.*member) << key;
  EXPECT_EQ(a.jumps_from, b.jumps_from);
  EXPECT_EQ(a.barrier_from, b.barrier_from);
}

TEST(FittedHazard, ReadsBackWithItsSources) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "fit.json";
  Fit fit = read_fit(kExample);
  fit.hazard = full_hazard();
  write_fit(file, fit, {});
  expect_same(read_fit(file).hazard, fit.hazard);

  fit.hazard.spikes = {.jump_rate = 0.1, .critical_lr = 1, .mean_jump = 0.1};
  fit.hazard.barrier_from = {};
  std::vector<Fit> fits = {fit, read_fit(kExample)};
  fits[0].params = 1e7;
  write_fits(file, fits, {});
  expect_same(read_fit(file, 1e7).hazard, fit.hazard);
  EXPECT_FALSE(read_fit(file, fits[1].params).hazard.spikes.any());
}

// A fit without one is what it was before fits had any.
TEST(FittedHazard, IsAKeyOfItsOwnOnlyWhereItIsThere) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "fit.json";
  Fit fit = read_fit(kExample);
  write_fit(file, fit, {});
  const std::string without = read_text_file(file);
  EXPECT_EQ(without.find("spikes"), std::string::npos);
  fit.hazard = full_hazard();
  write_fit(file, fit, {});
  std::string with = read_text_file(file);
  const std::size_t begin = with.find("  \"spikes\": {"), end = with.find("  \"seen\": {");
  ASSERT_LT(begin, end);
  EXPECT_EQ(with.erase(begin, end - begin), without);
}

struct Bad {
  std::string spikes;  // the table
  std::vector<std::string> parts;
};

TEST(FittedHazard, LeadsToTheWrongValue) {
  const ScratchFolder folder;
  const std::string example = read_text_file(kExample), barrier = "\"barrier_noise\": 0.1, \"barrier_limit\": 1";
  const auto write = [&](const std::string& table) {
    return folder.write("fit.json", replaced(example, "\"seen\":", "\"spikes\": {" + table + "}, \"seen\":"));
  };
  EXPECT_NO_THROW(read_fit(write(barrier + ", \"barrier_from\": \"given\"")));
  const Bad kBad[] = {
      {"", {"fit.json: spikes: ", "nothing can happen"}},
      {barrier, {": spikes: ", "\"barrier_from\" is missing"}},
      {barrier + ", \"barrier_from\": \"given\", \"jumps_from\": \"runs\"", {": spikes.jumps_from: ", "no effect"}},
      {barrier + ", \"barrier_from\": \"gven\"",
       {": spikes.barrier_from: ", "\"gven\" is unknown", "Did you mean \"given\"?"}},
      {barrier + ", \"barrier_from\": \"given\", \"barrier_pul\": 1", {": spikes.barrier_pul: ", "unknown key"}},
      {"\"barrier_noise\": -1, \"barrier_limit\": 1, \"barrier_from\": \"given\"",
       {": spikes.barrier_noise: ", "-1 is negative"}},
      {barrier + ", \"barrier_from\": \"given\", \"barrier_exponent\": 5",
       {": spikes.barrier_exponent: ", "5 is out of range", "0.5 to 4 powers of the LR"}},
  };
  for (const Bad& bad : kBad) expect_error(ExitCode::usage_or_input, bad.parts, [&] { read_fit(write(bad.spikes)); });
}

}  // namespace
}  // namespace losscast::test
