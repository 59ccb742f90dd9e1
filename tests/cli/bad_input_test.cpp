#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

// One slip in one file of the small problem.
struct Slip {
  std::string file;
  std::string from;  // its only occurrence in the file
  std::string to;
  std::vector<std::string> parts;  // of the message
};

void make(const Slip& slip, const SmallProblem& folder) {
  folder.write(slip.file, replaced(read_text_file(folder.path() / slip.file), slip.from, slip.to));
}

// Expects the command to work on the small problem, to fail with exit code 2 after each slip, and to write nothing
// then.
void expect_each_to_fail(const Words& command, const fs::path& output, const std::vector<Slip>& slips) {
  {
    const SmallProblem control;
    run_well(control.path(), command);
    EXPECT_TRUE(fs::exists(control.path() / output));
  }
  for (const Slip& slip : slips) {
    SCOPED_TRACE(slip.file + ": " + slip.to);
    const SmallProblem folder;
    make(slip, folder);
    const auto files = folder.files();
    expect_failure(run_losscast(folder.path(), command), ExitCode::usage_or_input, slip.parts);
    EXPECT_EQ(folder.files(), files);
  }
}

const std::string kTwoStageTail = "decay_start = 500, total_steps = 1000 }";

// A file of another kind than is asked for: the message says which it is.
TEST(BadInput, SaysWhatAFileIsInstead) {
  const SmallProblem folder;
  run_well(folder.path(), {"sweep", "sweep.toml", "--set", "paths=8", "--out", "results"});
  run_well(folder.path(), {"plan", "sweep.toml", "--set", "paths=8", "--out", "plan"});
  run_well(folder.path(), {"predict", "fit.json", "--schedule", kWsd, "--paths", "256", "--register", "forecast.json"});
  folder.write("law.json", R"({ "format": 1, "kind": "scaling" })");
  folder.write("runs.json", R"({ "format": 1, "kind": "runs" })");
  const std::pair<std::string, std::string> kinds[] = {{"results/results.json", "this is a sweep's result"},
                                                       {"plan/plan.json", "this is a plan"},
                                                       {"forecast.json", "this is a forecast on record"},
                                                       {"law.json", "this is a scaling law"},
                                                       {"runs.json", "this is a file of laws of finished runs"}};
  const auto refused = [&](const Words& words, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), words), ExitCode::usage_or_input, parts);
  };
  for (const auto& [file, kind] : kinds)
    refused({"predict", file, "--schedule", kWsd}, {file, kind, "a fit is wanted", "`losscast fit`"});
  refused({"verify", "fit.json", "wsd.csv"}, {"fit.json: this is a fit (a forecast on record is wanted)"});
  const Words size = {"--params", "1e8", "--tokens", "1e9"};
  for (const char* command : {"predict", "peak"}) {
    Words words = {"scaling", command, "fit.json"};
    words.insert(words.end(), size.begin(), size.end());
    refused(words, {"fit.json: this is a fit"});
  }
}

TEST(BadInput, Manifest) {
  expect_each_to_fail(
      {"fit", "runs.toml", "--model", "power", "--out", "new.json"}, "new.json",
      {{"runs.toml", "file = \"wsd.csv\"", "fiel = \"wsd.csv\"", {"runs.toml:12:", "fiel", "Did you mean \"file\"?"}},
       {"runs.toml", "\"two-stage\"", "\"two-stag\"", {"runs.toml:9:", "two-stag", "Did you mean \"two-stage\"?"}},
       {"runs.toml", "file = \"wsd.csv\"", "file = \"wds.csv\"", {"runs.toml:12:", "file", "wds.csv"}},
       {"runs.toml", "final_lr = 6e-4", "final_lr = -6e-4", {"runs.toml:9:", "final_lr", "-6e-4"}},
       {"runs.toml", "100, " + kTwoStageTail, "1001, " + kTwoStageTail, {"runs.toml:9:", "warmup_steps", "1001"}},
       {"runs.toml", kTwoStageTail, "decay_start = 500, total_steps = 990 }", {"two_stage.csv:47:", "1000", "990"}},
       {"runs.toml",
        "family = \"wsd\",",
        "family = \"wsd\", shape = \"exponential\", final_lr = 0,",
        {"runs.toml:13:", "exponential"}},
       {"runs.toml",
        "\"constant\", peak_lr = 3e-3",
        "\"constant\", peak_lr = 2.5",
        {"runs.toml: curve constant: peak_lr is 2.5", "Check the unit of peak_lr"}},
       {"runs.toml", "format = 1", "format = 2", {"runs.toml:1:", "format"}},
       {"runs.toml", "format = 1", "format = ", {"runs.toml:1:"}}});
}

TEST(BadInput, Curves) {
  expect_each_to_fail({"fit", "runs.toml", "--model", "power", "--out", "new.json"}, "new.json",
                      {{"wsd.csv", "step,loss\n", "step,los\n", {"wsd.csv", "loss"}},
                       {"wsd.csv", "\n140,", "\n140,x", {"wsd.csv:4:5", "loss"}},
                       {"wsd.csv", "\n140,", "\n140,nan\n141,", {"wsd.csv:4:5", "loss", "nan"}},
                       {"wsd.csv", "\n140,", "\n120,", {"wsd.csv:4:1", "step 120 is there twice"}},
                       {"wsd.csv", "\n140,", "\n110,", {"wsd.csv:4:1", "step 110 comes after step 120"}},
                       {"wsd.csv", "\n140,", "\n1400,", {"wsd.csv:4:1", "past the end of the schedule"}},
                       {"wsd.csv", "\n140,", "\n140,-", {"wsd.csv:4:5", "not positive"}}});
}

TEST(BadInput, EmptyAndMissingFiles) {
  const auto fails = [](const SmallProblem& folder, const Words& command, const std::vector<std::string>& parts) {
    const auto files = folder.files();
    expect_failure(run_losscast(folder.path(), command), ExitCode::usage_or_input, parts);
    EXPECT_EQ(folder.files(), files);
  };
  const SmallProblem folder;
  run_well(folder.path(), {"fit", "runs.toml", "--model", "power", "--out", "fit.json"});
  fails(folder, {"fit", "absent.toml", "--out", "new.json"}, {"absent.toml", "no such file"});
  fails(folder, {"score", "absent.json", "runs.toml"}, {"absent.json", "no such file"});
  fails(folder, {"sweep", "absent.toml"}, {"absent.toml", "no such file"});
  folder.write("empty.toml", "");
  folder.write("empty.json", "");
  folder.write("no_curves.toml", "format = 1\n");
  fails(folder, {"fit", "empty.toml", "--out", "new.json"}, {"empty.toml", "format"});
  fails(folder, {"fit", "no_curves.toml", "--out", "new.json"}, {"no_curves.toml", "names no curve"});
  fails(folder, {"predict", "empty.json", "--schedule", kWsd}, {"empty.json"});
  fails(folder, {"sweep", "empty.toml"}, {"empty.toml", "format"});
  folder.write("wsd.csv", "");
  fails(folder, {"fit", "runs.toml", "--out", "new.json"}, {"wsd.csv", "empty"});
  folder.write("wsd.csv", "step,loss\n");
  fails(folder, {"fit", "runs.toml", "--out", "new.json"}, {"wsd.csv", "no row"});
}

TEST(BadInput, Fit) {
  expect_each_to_fail({"predict", "fit.json", "--schedule", kWsd, "--paths", "8", "--out", "bands.csv"}, "bands.csv",
                      {{"fit.json", "\"ref_lr\": 0.003", "\"ref_lr\": -1", {"fit.json", "ref_lr", "-1"}},
                       {"fit.json", "\"ref_lr\": 0.003,", "", {"fit.json", "ref_lr"}},
                       {"fit.json", "\"power\"", "\"powre\"", {"fit.json", "model", "powre", "power"}},
                       {"fit.json", "\"power\"", "\"spectral\"", {"fit.json", "parameters", "spectral"}},
                       {"fit.json",
                        "\"name\": \"L0\", \"value\": 2.5",
                        "\"name\": \"L0\", \"value\": 99",
                        {"fit.json", "parameters[0]", "L0 = 99", "0 to 20"}},
                       {"fit.json",
                        "[2.497, 1, 0.5, 0.194, 60]",
                        "[2.497, 1, 0.5, -0.194, 60]",
                        {"fit.json", "draws[0]", "B = -0.194"}},
                       {"fit.json",
                        "\"startup_shift\": {\"value\": 0.02",
                        "\"startup_shift\": {\"value\": 1e300",
                        {"fit.json: noise.startup_shift: 1e+300 is out of bounds"}},
                       {"fit.json",
                        "\"hill_dimensions\": {\"value\": 3000",
                        "\"hill_dimensions\": {\"value\": 1e-300",
                        {"fit.json: noise.hill_dimensions: 1e-300 is out of bounds"}},
                       {"fit.json", "\"format\": 2,", "\"format\": 2,,", {"fit.json:2:"}}});
}

TEST(BadInput, Schedule) {
  const SmallProblem folder;
  const auto files = folder.files();
  const auto predict = [&](const std::string& schedule) {
    return run_losscast(folder.path(),
                        {"predict", "fit.json", "--paths", "8", "--out", "bands.csv", "--schedule", schedule});
  };
  const std::tuple<std::string, std::string, std::vector<std::string>> slips[] = {
      {"\"wsd\"", "\"wds\"", {"wds", "Did you mean \"wsd\"?"}},
      {"peak_lr", "peek_lr", {"peek_lr", "Did you mean \"peak_lr\"?"}},
      {"3e-3", "-3e-3", {"peak_lr", "-0.003"}},
      {"warmup_steps = 100", "warmup_steps = 2000", {"warmup_steps", "2000"}},
      {"decay_start = 700", "decay_start = 700, shape = \"exponential\"", {"exponential"}},
      {" }", "", {"--schedule"}}};
  for (const auto& [from, to, parts] : slips) {
    SCOPED_TRACE(to);
    std::vector<std::string> wanted = {"--schedule"};
    wanted.insert(wanted.end(), parts.begin(), parts.end());
    expect_failure(predict(replaced(kWsd, from, to)), ExitCode::usage_or_input, wanted);
    EXPECT_EQ(folder.files(), files);
  }
  EXPECT_EQ(predict(kWsd).exit_code, 0);
}

TEST(BadInput, Sweep) {
  expect_each_to_fail(
      {"sweep", "sweep.toml"}, "sweep_results",
      {{"sweep.toml", "paths = 40", "pahts = 40", {"sweep.toml:4:", "pahts", "Did you mean \"paths\"?"}},
       {"sweep.toml", "paths = 40", "paths = 0", {"sweep.toml:4:9", "paths", "too few"}},
       {"sweep.toml", "\"wsd\"", "\"wds\"", {"sweep.toml:8:", "wds", "Did you mean \"wsd\"?"}},
       {"sweep.toml", "\"fit.json\"", "\"fti.json\"", {"sweep.toml:2:7", "fit", "fti.json"}},
       {"sweep.toml", "final_lr_ratio = 0.1", "final_lr_ratio = -0.1", {"sweep.toml:17:", "final_lr_ratio", "-0.1"}},
       {"sweep.toml", "\"linear\", \"sqrt\"", "\"linear\", \"exponential\"", {"sweep.toml:7", "wsd", "exponential"}},
       {"sweep.toml", "[0.1, 0.5]", "[0.5, 0.1]", {"sweep.toml:11:", "decay_fraction", "reversed"}}});
}

}  // namespace
}  // namespace losscast::test
