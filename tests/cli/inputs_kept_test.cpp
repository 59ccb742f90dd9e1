// No output takes the place of an input, whatever names they go by.
#include <gtest/gtest.h>

#include <map>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

constexpr ExitCode kInput = ExitCode::usage_or_input;
const std::string kFromFile = R"({ family = "file", path = "lr.csv" })";

// The small problem, with a schedule from a file, and sweeps of what lies where their results go.
class Inputs : public SmallProblem {
 public:
  Inputs() {
    write("lr.csv", "step,lr\n0,1e-3\n999,1e-4\n");
    write("from_file.toml",
          "format = 1\nfit = \"fit.json\"\npaths = 8\n[search]\nmethod = \"grid\"\n[[family]]\n"
          "name = \"file\"\npath = \"results/results.csv\"\n");
    write("race.toml", open_race("fit.json"));
    fs::create_directory(path() / "results");
    fs::create_directory(path() / "here");
  }

  // Every file and what it holds.
  std::map<std::string, std::string> contents() const {
    std::map<std::string, std::string> all;
    for (const auto& entry : fs::recursive_directory_iterator(path()))
      if (entry.is_regular_file()) all[entry.path().string()] = read_text_file(entry.path());
    return all;
  }
};

struct Case {
  Words command;
  std::string output;  // where it goes, by a flag of the command that is its last word
  std::string input;   // that would be lost
};

const std::vector<Case> kCases = {
    {{"fit", "runs.toml", "--model", "power", "--out"}, "runs.toml", "runs.toml"},
    {{"fit", "runs.toml", "--model", "power", "--out"}, "constant.csv", "constant.csv"},
    {{"fit", "runs.toml", "--model", "power", "--train", "wsd", "--json", "--out"}, "constant.csv", "constant.csv"},
    {{"fit", "./runs.toml", "--model", "power", "--out"}, "here/../runs.toml", "runs.toml"},
    {{"predict", "fit.json", "--schedule", kWsd, "--paths", "8", "--out"}, "fit.json", "fit.json"},
    {{"predict", "fit.json", "--schedule", kWsd, "--paths", "8", "--plot"}, "fit.json", "fit.json"},
    {{"predict", "fit.json", "--schedule", kFromFile, "--paths", "8", "--json", "--out"}, "lr.csv", "lr.csv"},
    {{"predict", "fit.json", "--schedule", kWsd, "--paths", "8", "--measured", "wsd.csv", "--out", "b.csv", "--plot"},
     "wsd.csv",
     "wsd.csv"},
    {{"optimize", "fit.json", "--steps", "100", "--peak-lr", "3e-3", "--draws", "1", "--out"}, "fit.json", "fit.json"},
    {{"schedule", "lr.csv", "--out"}, "lr.csv", "lr.csv"},
    {{"schedule", "lr.csv", "--json", "--draw"}, "lr.csv", "lr.csv"},
    {{"sweep", "sweep.toml", "--set", "paths=8", "--out"}, "sweep.toml", "sweep.toml"},
    {{"plan", "sweep.toml", "--out"}, "fit.json", "fit.json"}};

void expect_refused(const Inputs& folder, const Words& command, const std::string& output) {
  const auto before = folder.contents();
  Words words = command;
  words.push_back(output);
  const Outcome outcome = run_losscast(folder.path(), words);
  expect_failure(outcome, kInput, {output, "an input would be written over", "was read as ", "Name another"});
  EXPECT_EQ(outcome.err.find("ing "), std::string::npos) << "it was begun: " << outcome.err;
  EXPECT_EQ(folder.contents(), before) << output;
}

TEST(Inputs, AreNotWrittenOver) {
  const Inputs folder;
  for (const auto& [command, output, input] : kCases) {
    expect_refused(folder, command, output);
    fs::create_symlink(input, folder.path() / "link");
    fs::create_hard_link(folder.path() / input, folder.path() / "hard_link");
    for (const char* other_name : {"link", "hard_link"}) expect_refused(folder, command, other_name);
    for (const char* other_name : {"link", "hard_link"}) fs::remove(folder.path() / other_name);
  }
}

// A sweep's results have names of their own, which its inputs may have too.
TEST(Inputs, OfASweepAreNotWrittenOver) {
  const Inputs folder;
  const auto in_results = [&](const std::string& input, const char* name) {
    fs::rename(folder.path() / input, folder.path() / "results" / name);
    return "results/" + std::string(name);
  };
  const auto sweep = [](const std::string& file, const std::string& fit) {
    return Words{"sweep", file, "--set", "fit=\"" + fit + "\"", "--out"};
  };
  Words budget = {"budget", "race.toml", "--tokens", "1e5", "--tokens-per-step", "100"};
  fs::copy(folder.path() / "fit.json", folder.path() / "fit");
  for (const char* name : {"results.csv", "results.json", "bands.npy"}) {
    expect_refused(folder, sweep("sweep.toml", in_results("fit", name)), "results");
    fs::rename(folder.path() / "results" / name, folder.path() / "fit");
  }
  fs::create_directories(folder.path() / "results" / "race");
  fs::rename(folder.path() / "fit", folder.path() / "results" / "race" / "results.csv");
  for (const char* word : {"--set", "fit=\"results/race/results.csv\"", "--out"}) budget.emplace_back(word);
  expect_refused(folder, budget, "results");
  in_results("lr.csv", "results.csv");
  expect_refused(folder, sweep("from_file.toml", "fit.json"), "results");
  fs::copy(folder.path() / "sweep.toml", folder.path() / "here" / "results.json");
  expect_refused(folder, sweep("here/results.json", "../fit.json"), "here");
}

TEST(Inputs, AreLeftInPeaceByOtherNames) {
  const Inputs folder;
  for (const auto& [command, output, input] : kCases) {
    Words words = command;
    words.push_back("other_" + output.substr(output.rfind('/') + 1));
    if (words.front() == "predict") run_well(folder.path(), words);
  }
  run_well(folder.path(), {"sweep", "sweep.toml", "--set", "paths=8", "--out", "."});
  run_well(folder.path(), {"sweep", "sweep.toml", "--set", "paths=8", "--out", "."});  // over its own results
}

TEST(Inputs, TwoOutputsAreTwoFiles) {
  const Inputs folder;
  folder.write("there.csv", "");
  fs::create_symlink("there.csv", folder.path() / "link.csv");
  const Words predict = {"predict", "fit.json", "--schedule", kWsd, "--paths", "8", "--out"};
  const auto with = [&](const std::string& out, const std::string& plot) {
    Words words = predict;
    words.insert(words.end(), {out, "--plot", plot});
    return run_losscast(folder.path(), words);
  };
  const std::pair<const char*, const char*> kSame[] = {
      {"new", "new"}, {"new", "./new"}, {"new", "here/../new"}, {"there.csv", "link.csv"}};
  for (const auto& [out, plot] : kSame)
    expect_failure(with(out, plot), kInput, {"--out and --plot name the same file"});
  EXPECT_EQ(with("new", "here/new").exit_code, 0);
}

}  // namespace
}  // namespace losscast::test
