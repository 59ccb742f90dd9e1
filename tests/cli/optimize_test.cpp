#include <gtest/gtest.h>

#include "losscast/format/csv_reader.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/cli/with_flags.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using Names = std::vector<std::string>;

Words optimize(const Words& more) {
  return with_flags({"optimize", "fit.json", "--steps", "1000", "--peak-lr", "3e-3", "--draws", "4"}, more);
}

std::vector<double> rates_of(const fs::path& file) {
  CsvReader reader(file);
  std::vector<double> rates;
  while (reader.next_row()) {
    EXPECT_EQ(reader.whole_number(reader.column("step")), static_cast<std::int64_t>(rates.size()));
    rates.push_back(reader.number(reader.column("lr")));
  }
  return rates;
}

TEST(OptimizeCommand, WritesTheBestSchedule) {
  const SmallProblem folder;
  const Outcome outcome =
      run_well(folder.path(), optimize({"--warmup-steps", "100", "--monotone", "--out", "schedule.csv"}));
  EXPECT_TRUE(outcome.out.starts_with("free form: expected loss ")) << outcome.out;
  EXPECT_NE(outcome.out.find("family = \"wsd\""), std::string::npos) << outcome.out;
  EXPECT_NE(outcome.err.find("the highest allowed"), std::string::npos) << outcome.err;
  const std::vector<double> rates = rates_of(folder.path() / "schedule.csv");
  ASSERT_EQ(rates.size(), 1000u);
  for (std::size_t s = 0; s < rates.size(); ++s) {
    if (s < 100) {
      EXPECT_NEAR(rates[s], 3e-5 * static_cast<double>(s), 1e-15);
    } else if (s > 100) {
      EXPECT_LE(rates[s], rates[s - 1] * (1 + 1e-12));
    }
    EXPECT_LE(rates[s], 3e-3);
  }
  EXPECT_EQ(rates[100], 3e-3);
  EXPECT_GE(rates.back(), 3e-7 * (1 - 1e-12));
}

TEST(OptimizeCommand, GivesFreeFormAndFamiliesAsJson) {
  const SmallProblem folder;
  const auto files = folder.files();
  const Json optimum = run_for_json(folder.path(), optimize({"--warmup-steps", "100"}));
  EXPECT_EQ(keys(optimum), (Names{"doubts", "extrapolations", "families", "free_form", "hazard_of_fit", "out",
                                  "provenance", "seconds", "trusted", "warnings"}));
  EXPECT_EQ(keys(optimum["free_form"]),
            (Names{"gain_over_start", "gradients", "loss", "optimality", "p_diverge", "start"}));
  ASSERT_EQ(optimum["families"].size(), 9u);
  EXPECT_EQ(optimum["free_form"]["start"], optimum["families"][0]["schedule"]);
  for (const Json& family : optimum["families"]) {
    EXPECT_EQ(keys(family), (Names{"above_free_form", "loss", "p_diverge", "schedule"}));
    EXPECT_GE(family["above_free_form"], -1e-7);
    EXPECT_LE(parse_schedule(family["schedule"].get<std::string>(), "test").peak_lr(), 3e-3);
  }
  EXPECT_EQ(folder.files(), files) << "nothing is written without --out";
}

// What is promised is what a forecast of the file that was written gives.
TEST(OptimizeCommand, TheFileIsASchedule) {
  const SmallProblem folder;
  const Json optimum =
      run_for_json(folder.path(), optimize({"--no-parameter-uncertainty", "--monotone", "--out", "schedule.csv"}));
  const Json forecast =
      run_for_json(folder.path(), {"predict", "fit.json", "--schedule", R"({ family = "file", path = "schedule.csv" })",
                                   "--block", "1", "--no-parameter-uncertainty", "--no-noise", "--paths", "2"});
  constexpr double kSinglePrecision = 1e-5;
  EXPECT_NEAR(forecast["final"]["mean"], optimum["free_form"]["loss"], kSinglePrecision);
}

TEST(OptimizeCommand, GivesTheSameBytesOnAnyNumberOfThreads) {
  const SmallProblem folder;
  run_well(folder.path(), optimize({"--out", "one.csv", "--threads", "1"}));
  run_well(folder.path(), optimize({"--out", "three.csv", "--threads", "3"}));
  EXPECT_EQ(read_text_file(folder.path() / "one.csv"), read_text_file(folder.path() / "three.csv"));
}

TEST(OptimizeCommand, FlagsExtrapolation) {
  const SmallProblem folder;
  Words words = optimize({"--peak-lr", "6e-3"});
  const Json optimum = run_for_json(folder.path(), words);
  ASSERT_EQ(optimum["extrapolations"].size(), 1u);
  EXPECT_TRUE(optimum["extrapolations"][0].get<std::string>().starts_with("peak_lr"));
}

TEST(OptimizeCommand, RefusesBadInputAndWritesNothing) {
  const SmallProblem folder;
  const auto files = folder.files();
  const auto fails = [&](const Words& more, const std::vector<std::string>& parts) {
    Words words = optimize(more);
    words.insert(words.end(), {"--out", "new.csv"});
    expect_failure(run_losscast(folder.path(), words), ExitCode::usage_or_input, parts);
    EXPECT_EQ(folder.files(), files);
  };
  fails({"--peak-lr", "0"}, {"--peak-lr 0"});
  fails({"--peak-lr", "-1e-3"}, {"--peak-lr -1e-3"});
  fails({"--steps", "1"}, {"--steps 1"});
  fails({"--steps", "1e9"}, {"--steps 1e9"});
  fails({"--min-lr", "0"}, {"--min-lr 0"});
  fails({"--min-lr", "1e-2"}, {"--min-lr 1e-2", "above the peak"});
  fails({"--warmup-steps", "999"}, {"--warmup-steps 999", "nothing to choose"});
  fails({"--warmup-steps", "-1"}, {"--warmup-steps -1"});
  fails({"--draws", "0"}, {"--draws 0"});
  fails({"--monotonic"}, {"unknown flag", "Did you mean --monotone?"});
  for (const std::string missing : {"--steps", "--peak-lr"}) {
    Words words = {"optimize", "fit.json", missing == "--steps" ? "--peak-lr" : "--steps", "100"};
    expect_failure(run_losscast(folder.path(), words), ExitCode::usage_or_input, {missing + " is missing"});
  }
  run_well(folder.path(), optimize({"--out", "new.csv"}));
}

}  // namespace
}  // namespace losscast::test
