// Answers whose simulated runs diverge: they say how many, print no infinity, and are not trusted if these are many.
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

const std::string kAll = "{ barrier_limit = 0.01, barrier_noise = 0.1 }";
const std::string kMany = "{ barrier_limit = 0.45, barrier_noise = 0.02, barrier_pull = 1e-2 }";
const std::string kFew = "{ barrier_limit = 0.62, barrier_noise = 0.02, barrier_pull = 1e-2 }";
const std::string kOne = "family.wsd.peak_lr=3e-3";

// The commands that simulate, with runs inside the training curves.
std::vector<Words> commands(const std::string& spikes) {
  return {{"predict", "fit.json", "--schedule", kWsd, "--paths", "512", "--spikes", spikes},
          {"score", "fit.json", "runs.toml", "--curves", "wsd", "--paths", "512", "--spikes", spikes},
          {"sweep", "sweep.toml", "--set", kOne, "--set", "family.cosine.peak_lr=3e-3", "--set", "paths=512", "--set",
           "spikes=" + spikes, "--out", "lost"},
          {"compare", "one", "two", "--paths", "512", "--spikes", spikes}};
}

// With a sweep to compare.
class Sweeps : public SmallProblem {
 public:
  Sweeps() {
    run_well(path(), {"sweep", "sweep.toml", "--set", kOne, "--set", "family.cosine.peak_lr=3e-3", "--out", "one"});
    fs::copy(path() / "one", path() / "two");
  }

  Outcome run(Words words, const std::string& flag) const {
    fs::remove_all(path() / "lost");
    words.push_back(flag);
    return run_losscast(path(), words);
  }
};

void expect_no_infinity(const std::string& text) {
  for (const char* word : {" inf", " nan", "-nan"}) EXPECT_EQ(text.find(word), std::string::npos) << text;
}

void expect_distrust(const Sweeps& folder, const Words& command, const std::string& reason) {
  SCOPED_TRACE(command.front());
  const Outcome strict = folder.run(command, "--strict");
  EXPECT_EQ(strict.exit_code, static_cast<int>(ExitCode::failed_diagnostics)) << strict.err;
  EXPECT_TRUE(strict.out.starts_with("Do not rely on this: ")) << strict.out;
  EXPECT_NE(strict.out.find(reason), std::string::npos) << strict.out;
  EXPECT_NE(strict.err.find("warning: "), std::string::npos) << strict.err;
  expect_no_infinity(strict.out);
  const Outcome json = folder.run(command, "--json");
  EXPECT_EQ(json.exit_code, 0) << json.err;
  const Json answer = Json::parse(json.out);
  EXPECT_EQ(answer.at("trusted"), false);
  EXPECT_NE(answer.at("doubts").at(0).get<std::string>().find(reason), std::string::npos) << answer.at("doubts");
}

TEST(LostPaths, AreNoAnswerWhereAllAreLost) {
  const Sweeps folder;
  for (const Words& command : commands(kAll)) expect_distrust(folder, command, "all 512 paths diverge");
  const Json final = Json::parse(folder.run(commands(kAll)[0], "--json").out).at("final");
  EXPECT_EQ(final.at("lost_share"), 1);
  for (const char* number : {"mean", "se", "q05", "q95"}) EXPECT_TRUE(final.at(number).is_null()) << number;
  EXPECT_NE(folder.run(commands(kAll)[2], "--threads=1").out.find("best of 11: none, as every path diverges"),
            std::string::npos);
}

TEST(LostPaths, TakeTheTrustWhereTheyAreMany) {
  const Sweeps folder;
  for (const Words& command : commands(kMany)) expect_distrust(folder, command, "of 512 paths diverge, more than 5%");
}

TEST(LostPaths, AreCountedWhereTheyAreFew) {
  const Sweeps folder;
  for (const Words& command : commands(kFew)) {
    if (command.front() == "sweep") continue;  // its first candidate is one that has lost none
    SCOPED_TRACE(command.front());
    const Outcome strict = folder.run(command, "--strict");
    EXPECT_EQ(strict.exit_code, 0) << strict.err;
    EXPECT_NE(strict.err.find(" of 512 paths diverge"), std::string::npos) << strict.err;
    expect_no_infinity(strict.out);
    EXPECT_EQ(Json::parse(folder.run(command, "--json").out).at("trusted"), true);
  }
}

}  // namespace
}  // namespace losscast::test
