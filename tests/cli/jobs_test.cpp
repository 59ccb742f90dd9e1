// Sweeps by plan, shard and merge, interrupted, killed, damaged and out of room.
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <fstream>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

struct Case {
  const char* name;
  Words settings;
};
// The kinds of sweeps that must come to the same results in pieces.
const Case kCases[] = {{"Ranking", {}},
                       {"AllBands", {"--set", "bands.candidates=\"all\"", "--set", "bands.times=4"}},
                       {"Race", {"--set", "search.method=\"race\"", "--set", "search.points=\"grid\""}}};

// A shard of seconds, to be caught amid its work.
const Words kLong = {"--set", "paths=10000"};

Words joined(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

Words plan_of(int shards, const Words& settings = {}, const std::string& out = "plan") {
  return joined({"plan", "sweep.toml", "--out", out, "--shards", std::to_string(shards)}, settings);
}

Words shard(int index, const std::string& folder = "plan") {
  return {"shard", folder, "--index", std::to_string(index), "--threads", "1"};
}

const Words kMerge = {"merge", "plan", "--threads", "1"};

// What is in a folder of results, without what says how and when it came about.
struct Results {
  std::string csv, bands;
  Json summary;
  bool operator==(const Results&) const = default;
};

Results results_in(const fs::path& folder) {
  Results results{read_text_file(folder / "results.csv"),
                  fs::exists(folder / "bands.npy") ? read_text_file(folder / "bands.npy") : "",
                  Json::parse(read_text_file(folder / "results.json"))};
  for (const char* key : {"performance", "provenance"}) results.summary.erase(key);
  return results;
}

// The names of all files in a folder and those in it.
std::set<std::string> all_files(const fs::path& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    names.insert(fs::relative(entry.path(), folder).string());
  return names;
}

// When shard 0 has begun.
std::function<bool(const std::string&)> claimed(const fs::path& folder) {
  return [claim = folder / "plan" / "round-1" / "shard-0000.claim"](const std::string&) { return fs::exists(claim); };
}

// Expects that the plan's shards can be computed and merged, to what a sweep comes to at once.
void expect_ends_well(const fs::path& folder, int shards, const Words& settings = {}) {
  for (int i = 0; i < shards; ++i) run_well(folder, shard(i));
  run_well(folder, kMerge);
  run_well(folder, joined({"sweep", "sweep.toml", "--out", "expected"}, settings));
  EXPECT_EQ(results_in(folder / "plan"), results_in(folder / "expected"));
}

class JobsOfSweeps : public testing::TestWithParam<Case> {};

TEST_P(JobsOfSweeps, ComeToTheSameInAnyPieces) {
  const SmallProblem folder;
  const Words& settings = GetParam().settings;
  const Words sweep = joined({"sweep", "sweep.toml"}, settings);
  run_well(folder.path(), joined(sweep, {"--out", "one"}));
  const Results expected = results_in(folder.path() / "one");
  run_well(folder.path(), joined(sweep, {"--out", "two", "--jobs", "2"}));
  EXPECT_EQ(results_in(folder.path() / "two"), expected);
  EXPECT_EQ(all_files(folder.path() / "two"), all_files(folder.path() / "one"));
  for (const int shards : {1, 2, 7, 48}) {
    run_well(folder.path(), plan_of(shards, settings));
    for (int i = 0; i < shards; ++i) run_well(folder.path(), shard(i));
    run_well(folder.path(), kMerge);
    EXPECT_EQ(results_in(folder.path() / "plan"), expected) << shards << " shards";
    fs::remove_all(folder.path() / "plan");
  }
}

INSTANTIATE_TEST_SUITE_P(Sweeps, JobsOfSweeps, testing::ValuesIn(kCases),
                         [](const auto& one) { return one.param.name; });

TEST(Jobs, NothingIsDoneTwice) {
  const SmallProblem folder;
  run_well(folder.path(), plan_of(2));
  const auto expect_nothing_done = [&](const Words& command) {
    const auto before = all_files(folder.path());
    const Outcome again = run_well(folder.path(), command);
    EXPECT_NE(again.err.find("nothing to do"), std::string::npos) << again.err;
    EXPECT_EQ(all_files(folder.path()), before);
  };
  expect_nothing_done(plan_of(2));
  run_well(folder.path(), shard(0));
  run_well(folder.path(), shard(0));
  run_well(folder.path(), shard(1));
  run_well(folder.path(), kMerge);
  expect_nothing_done(kMerge);
  run_well(folder.path(), {"sweep", "sweep.toml", "--out", "out"});
  expect_nothing_done({"sweep", "sweep.toml", "--out", "out"});
}

TEST(Jobs, AnotherPlanInTheFolderIsRefusedByTheKeysThatDiffer) {
  const SmallProblem folder;
  run_well(folder.path(), plan_of(2));
  const std::string before = read_text_file(folder.path() / "plan" / "plan.json");
  expect_failure(run_losscast(folder.path(), plan_of(2, {"--set", "paths=41", "--scheme", "euler"})),
                 ExitCode::usage_or_input, {"plan", "paths: 40 there, 41 now", "--scheme: exact-moments there"});
  EXPECT_EQ(read_text_file(folder.path() / "plan" / "plan.json"), before);
}

TEST(Jobs, CandidatesAreAddedToAPlan) {
  const SmallProblem folder;
  const auto points = [](const char* candidates) {
    return Words{"--set", "search.method=\"sobol\"", "--set", std::string("search.candidates=") + candidates};
  };
  run_well(folder.path(), plan_of(2, points("8")));
  run_well(folder.path(), shard(1));
  const Words extension = joined(plan_of(3, points("20")), {"--extend"});
  expect_failure(run_losscast(folder.path(), plan_of(3, points("20"))), ExitCode::usage_or_input, {"Add --extend"});
  expect_failure(run_losscast(folder.path(), joined(extension, {"--dry-run"})), ExitCode::usage_or_input,
                 {"contradicts --dry-run"});
  EXPECT_NE(run_well(folder.path(), extension).out.find("Added 3 shards, from 2 on"), std::string::npos);
  for (int i = 0; i < 5; ++i) run_well(folder.path(), shard(i));
  run_well(folder.path(), {"merge", "plan"});
  run_well(folder.path(), joined({"sweep", "sweep.toml", "--out", "whole"}, points("20")));
  EXPECT_EQ(read_text_file(folder.path() / "plan" / "results.csv"),
            read_text_file(folder.path() / "whole" / "results.csv"));
  expect_failure(run_losscast(folder.path(), joined(plan_of(3, points("8")), {"--extend"})), ExitCode::usage_or_input,
                 {"none can be taken away"});
  expect_failure(run_losscast(folder.path(), joined({"sweep", "sweep.toml", "--out", "plan"}, points("8"))),
                 ExitCode::usage_or_input, {"holds a plan"});
}

// What lies in a folder.
double bytes_in(const fs::path& folder) {
  double bytes = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) bytes += static_cast<double>(entry.file_size());
  return bytes;
}

// Expects that a plan says within a factor of 1.5 what will lie in its folder.
void expect_bytes_foretold(const SmallProblem& folder, const Words& settings) {
  const Json plan = run_for_json(folder.path(), joined({"plan"}, joined(settings, {"--out", "plan", "--shards", "2"})));
  for (int i = 0; i < 2; ++i) run_well(folder.path(), shard(i));
  run_well(folder.path(), kMerge);
  const double real = bytes_in(folder.path() / "plan"), foretold = plan.at("bytes");
  EXPECT_GT(foretold, real / 1.5);
  EXPECT_LT(foretold, real * 1.5);
}

TEST(JobsTakeTheBytesThatWereForetold, OfARanking) {
  const SmallProblem folder;
  expect_bytes_foretold(folder, {"sweep.toml", "--set", "paths=2000", "--set", "search.method=\"sobol\"", "--set",
                                 "search.candidates=300"});
  EXPECT_GT(bytes_in(folder.path() / "plan" / "round-1"), 1e6) << "most of it are shards";
}

TEST(JobsTakeTheBytesThatWereForetold, OfARace) {
  const SmallProblem folder;
  expect_bytes_foretold(folder, {"sweep.toml", "--set", "search.method=\"race\"", "--set", "search.points=\"sobol\"",
                                 "--set", "search.candidates=4000"});
}

TEST(JobsTakeTheBytesThatWereForetold, OfTheStepsToALoss) {
  const SmallProblem folder;
  folder.write("open.toml", open_race("fit.json"));
  expect_bytes_foretold(
      folder, {"open.toml", "--set", "search.horizons=[500, 4000]", "--set", "objective={ steps_to_loss = 2.87 }",
               "--set", "search.points=\"sobol\"", "--set", "search.candidates=2000"});
}

TEST(Jobs, ASweepInOnePieceSaysWhatIsKnown) {
  const SmallProblem folder;
  const Words precise = {"--target-se", "1e-3", "--max-seconds", "30"};
  for (const char* command : {"plan", "sweep"}) {
    const Words dry_run = joined({command, "sweep.toml", "--dry-run"}, precise);
    const std::string said = run_well(folder.path(), dry_run).out;
    for (const char* part : {"up to 48 candidates", "not known: it ends", "at most 0.001 nats or after 30 seconds"})
      EXPECT_NE(said.find(part), std::string::npos) << said;
    const Json told = run_for_json(folder.path(), dry_run);
    EXPECT_EQ(told.at("shards"), 0);
    EXPECT_EQ(told.at("candidates"), 48);
    for (const char* key : {"seconds", "bytes", "files"}) EXPECT_TRUE(told.at(key).is_null()) << key;
    EXPECT_NE(told.at("ends_when").get<std::string>().find("30 seconds"), std::string::npos);
  }
}

TEST(Jobs, ASweepInOnePieceHasNoShards) {
  const SmallProblem folder;
  const Words precise = {"--target-se", "1e-3", "--set", "search.method=\"sobol\""};
  EXPECT_NE(run_well(folder.path(), plan_of(4, precise)).err.find("--shards 4 plays no part"), std::string::npos);
  const Outcome again = run_well(folder.path(), plan_of(4, precise));
  EXPECT_NE(again.err.find("nothing to do: plan holds this plan, in one piece"), std::string::npos) << again.err;
  EXPECT_NE(again.err.find("--shards 4 plays no part"), std::string::npos) << again.err;
  expect_failure(run_losscast(folder.path(), shard(0)), ExitCode::usage_or_input, {"has no shards", "losscast merge"});
  const Words more = joined(precise, {"--set", "search.candidates=5000"});
  expect_failure(run_losscast(folder.path(), joined(plan_of(4, more), {"--extend"})), ExitCode::usage_or_input,
                 {"no candidates can be added to a sweep with a precision goal", "one piece", "lan all of them anew"});
  const Outcome other = run_losscast(folder.path(), plan_of(4, more));
  expect_failure(other, ExitCode::usage_or_input, {"holds another plan"});
  EXPECT_EQ(other.err.find("--extend"), std::string::npos) << "it would be refused: " << other.err;
  EXPECT_EQ(run_losscast(folder.path(), kMerge).exit_code, 0);
}

TEST(Jobs, ThereIsNoMoreThanAShardACandidate) {
  const SmallProblem folder;
  EXPECT_NE(run_well(folder.path(), plan_of(64)).err.find("there are 48, in as many shards"), std::string::npos);
  expect_failure(run_losscast(folder.path(), shard(48)), ExitCode::usage_or_input, {"0 to 47"});
  const Outcome same = run_well(folder.path(), plan_of(64));
  EXPECT_EQ(same.err.find("plays no part"), std::string::npos) << same.err;
  const Outcome other = run_well(folder.path(), plan_of(5));
  EXPECT_NE(other.err.find("in 48 shards"), std::string::npos) << other.err;
  EXPECT_NE(other.err.find("--shards 5 plays no part"), std::string::npos) << other.err;
}

TEST(Jobs, OnlyMoreCandidatesAreOfferedAsAnExtension) {
  const SmallProblem folder;
  const auto points = [](const char* candidates) {
    return Words{"--set", "search.method=\"sobol\"", "--set", std::string("search.candidates=") + candidates};
  };
  expect_failure(run_losscast(folder.path(), joined(plan_of(1, points("8")), {"--extend"})), ExitCode::usage_or_input,
                 {"plan: there is no plan that could be extended", "eave --extend out"});
  run_well(folder.path(), plan_of(1, points("8")));
  const Outcome fewer = run_losscast(folder.path(), plan_of(1, points("7")));
  expect_failure(fewer, ExitCode::usage_or_input, {"holds another plan"});
  EXPECT_EQ(fewer.err.find("--extend"), std::string::npos) << fewer.err;
  const Outcome added = run_well(folder.path(), joined(plan_of(9, points("11")), {"--extend"}));
  EXPECT_NE(added.out.find("Added 3 shards, from 1 on"), std::string::npos) << added.out;
  EXPECT_NE(added.err.find("there are 3, one a candidate"), std::string::npos) << added.err;
}

TEST(Jobs, ProgramsAreToldHowItStands) {
  const SmallProblem folder;
  const Json planned = run_for_json(folder.path(), plan_of(1));
  EXPECT_EQ(run_for_json(folder.path(), plan_of(1)), planned) << "there was nothing to do";
  Words merge = kMerge;
  merge.emplace_back("--json");
  const Outcome missing = run_losscast(folder.path(), merge);
  EXPECT_EQ(missing.exit_code, static_cast<int>(ExitCode::incomplete)) << missing.err;
  EXPECT_EQ(Json::parse(missing.out),
            (Json{{"round", 1}, {"missing", {{{"index", 0}, {"reason", "nothing is done"}}}}}));
  for (int i = 0; i < 2; ++i) {
    const Json done = run_for_json(folder.path(), shard(0));
    EXPECT_EQ(keys(done), (std::vector<std::string>{"index", "items", "seconds", "state"}));
    EXPECT_EQ(done.at("items"), 48);
    EXPECT_EQ(done.at("state"), "finished");
  }
}

TEST(Jobs, SuggestedCommandsAreWordsOfAShell) {
  const SmallProblem folder;
  for (const auto& [out, word] : {std::pair("-it's a plan", "'./-it'\\''s a plan'"), std::pair("-plan", "./-plan")}) {
    Words plan = plan_of(2, {}, "");
    plan[2] = std::string("--out=") + out;
    plan.erase(plan.begin() + 3);
    const Outcome planned = run_well(folder.path(), plan);
    for (const char* command : {"submit ", "merge ", "shard "})
      EXPECT_NE(planned.out.find(std::string("`losscast ") + command + word), std::string::npos) << planned.out;
    expect_failure(run_losscast(folder.path(), {"merge", std::string("./") + out}), ExitCode::incomplete,
                   {std::string("losscast shard ") + word, std::string("losscast submit ") + word});
  }
}

TEST(Jobs, AShardThatIsDoneSaysSoAndNothingElse) {
  const SmallProblem folder;
  run_well(folder.path(), plan_of(1));
  EXPECT_NE(run_well(folder.path(), shard(0)).err.find("48 of 48"), std::string::npos);
  const Outcome again = run_well(folder.path(), shard(0));
  EXPECT_NE(again.err.find("nothing to do: shard 0 is done"), std::string::npos) << again.err;
  EXPECT_EQ(again.err.find("48 of 48"), std::string::npos) << again.err;
}

TEST(Jobs, FilesOfTheUsersAreLeftAlone) {
  const SmallProblem folder;
  const std::string sweep = read_text_file(folder.path() / "sweep.toml");
  expect_failure(run_losscast(folder.path(), plan_of(2, {}, ".")), ExitCode::usage_or_input,
                 {"fit.json", "not written over"});
  EXPECT_EQ(read_text_file(folder.path() / "sweep.toml"), sweep);
  EXPECT_TRUE(fs::exists(folder.path() / "fit.json"));
  fs::create_directories(folder.path() / "out" / "progress");
  folder.write("out/progress/fit.json", "of mine");
  run_well(folder.path(), {"sweep", "sweep.toml", "--out", "out"});
  run_well(folder.path(), {"sweep", "sweep.toml", "--out", "out"});
  EXPECT_EQ(read_text_file(folder.path() / "out" / "progress" / "fit.json"), "of mine");
}

TEST(Jobs, WhatIsNoPlanOrNoShardIsRefused) {
  const SmallProblem folder;
  folder.write("a_file", "");
  for (const char* name : {"missing", "a_file", "."}) {
    expect_failure(run_losscast(folder.path(), shard(0, name)), ExitCode::usage_or_input, {name, "plan"});
    expect_failure(run_losscast(folder.path(), {"merge", name}), ExitCode::usage_or_input, {name, "plan"});
  }
  run_well(folder.path(), plan_of(2, {}, "new/and/deep"));
  expect_failure(run_losscast(folder.path(), shard(2, "new/and/deep")), ExitCode::usage_or_input,
                 {"there is no shard 2", "0 to 1"});
  expect_failure(run_losscast(folder.path(), {"shard", "new/and/deep"}), ExitCode::usage_or_input, {"--index"});
  expect_failure(run_losscast(folder.path(), shard(-1, "new/and/deep")), ExitCode::usage_or_input, {"--index"});
  run_well(folder.path(), shard(1, "new/and/deep"));
}

TEST(Jobs, MergingNamesTheShardsThatAreMissingOrDamaged) {
  const SmallProblem folder;
  const fs::path round = folder.path() / "plan" / "round-1";
  run_well(folder.path(), plan_of(4));
  expect_failure(run_losscast(folder.path(), kMerge), ExitCode::incomplete, {"4 shards of round 1 are missing"});
  for (const int i : {0, 1, 3}) run_well(folder.path(), shard(i));
  expect_failure(run_losscast(folder.path(), kMerge), ExitCode::incomplete,
                 {"1 shard of round 1 is missing", "2 (nothing is done)", "losscast shard"});
  run_well(folder.path(), shard(2));
  const std::string whole = read_text_file(round / "shard-0001");
  std::string changed = whole;
  changed[whole.size() / 2] ^= 1;
  for (const std::string& damaged : {changed, whole.substr(0, whole.size() - 1), std::string()}) {
    std::ofstream(round / "shard-0001", std::ios::binary) << damaged;
    expect_failure(run_losscast(folder.path(), kMerge), ExitCode::incomplete, {"1 (", "round-1/shard-0001"});
    EXPECT_FALSE(fs::exists(folder.path() / "plan" / "results.csv"));
  }
  EXPECT_NE(run_well(folder.path(), shard(1)).err.find("Shard 1 is computed anew"), std::string::npos);
  expect_ends_well(folder.path(), 4);
}

TEST(Jobs, WhatWasChangedAfterPlanningIsNamed) {
  const SmallProblem folder;
  run_well(folder.path(), plan_of(2));
  const fs::path plan = folder.path() / "plan";
  for (const auto& [file, name, what, with] :
       {std::tuple("plan.json", "plan.json", "\"shards\": 2", "\"shards\": 1"),
        std::tuple("sweep.toml", "sweep.toml: paths is not what was planned", "paths = 40", "paths = 41"),
        std::tuple("fit.json", "fit.json: the file is not what was planned", "0.1", "0.2"),
        std::tuple("round-1/round.state", "round-1/round.state", "losscast round", "losscast sound")}) {
    const std::string whole = read_text_file(plan / file);
    std::string changed = whole;
    ASSERT_NE(whole.find(what), std::string::npos) << file;
    changed.replace(whole.find(what), std::string(what).size(), with);
    std::ofstream(plan / file, std::ios::binary) << changed;
    for (const Words& command : {shard(0), kMerge})
      expect_failure(run_losscast(folder.path(), command), ExitCode::usage_or_input, {"plan/", name});
    std::ofstream(plan / file, std::ios::binary) << whole;
  }
  expect_ends_well(folder.path(), 2);
}

// --- processes that end amid their work

TEST(Jobs, TwoProcessesDoNotComputeOneShard) {
  const SmallProblem folder;
  run_well(folder.path(), plan_of(1, kLong));
  const auto is_claimed = claimed(folder.path());
  Outcome second;
  const Outcome first = run_and_signal(
      folder.path(), shard(0),
      [&](const std::string& err) {
        if (!is_claimed(err)) return false;
        second = run_losscast(folder.path(), shard(0));
        return true;
      },
      SIGTERM);
  EXPECT_EQ(first.exit_code, static_cast<int>(ExitCode::interrupted)) << first.err;
  EXPECT_EQ(second.exit_code, static_cast<int>(ExitCode::incomplete)) << second.err;
  EXPECT_NE(second.err.find("shard 0 is left alone: process"), std::string::npos) << second.err;
  EXPECT_EQ(second.err.find("0 of 48"), std::string::npos) << second.err;
}

TEST(Jobs, AKilledShardIsGoneOnWithAtOnce) {
  const SmallProblem folder;
  run_well(folder.path(), plan_of(1, kLong));
  EXPECT_EQ(run_and_signal(folder.path(), shard(0), claimed(folder.path()), SIGKILL).exit_code, 128 + SIGKILL);
  EXPECT_TRUE(fs::exists(folder.path() / "plan" / "round-1" / "shard-0000.claim"));
  expect_ends_well(folder.path(), 1, kLong);
  EXPECT_EQ(all_files(folder.path() / "plan" / "round-1"), (std::set<std::string>{"round.state", "shard-0000"}));
}

TEST(Jobs, ASignalSavesWhatIsDone) {
  const SmallProblem folder;
  run_well(folder.path(), plan_of(1, kLong));
  const auto is_claimed = claimed(folder.path());
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) {
    for (const char* left : {"shard-0000.claim", "shard-0000"})  // by the call before, perhaps
      fs::remove(folder.path() / "plan" / "round-1" / left);
    std::chrono::steady_clock::time_point sent;
    const Outcome outcome = run_and_signal(
        folder.path(), shard(0),
        [&](const std::string& err) {
          sent = std::chrono::steady_clock::now();
          return is_claimed(err);
        },
        signal);
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - sent;
    expect_failure(outcome, ExitCode::interrupted, {"interrupted"});
    EXPECT_LT(taken.count(), 1 + 4) << "seconds, of which four are for a busy machine";
  }
  expect_ends_well(folder.path(), 1, kLong);
}

// A number that no process has, and that of one that is still there.
TEST(Jobs, TemporaryFilesOfKilledProcessesAreRemoved) {
  const SmallProblem folder;
  const std::string dead = ".losscast-99999999-0.tmp", alive = fmt::format(".losscast-{}-7.tmp", getpid());
  fs::create_directory(folder.path() / "out");
  folder.write("out/" + dead, "half a table");
  folder.write("out/" + alive, "of somebody else");
  run_well(folder.path(), {"sweep", "sweep.toml", "--out", "out"});
  EXPECT_EQ(all_files(folder.path() / "out"),
            (std::set<std::string>{alive, "answer.json", "bands.npy", "results.csv", "results.json"}));
}

// It has nothing left to do but to print, which waits for the reader of a pipe that is full.
TEST(Jobs, ASignalAfterTheWorkChangesNothing) {
  const SmallProblem folder;
  run_well(folder.path(), plan_of(1));
  const std::string late =
      "mkfifo pipe; exec 4<>pipe; head -c 65536 /dev/zero >&4; \"$0\" \"$@\" --json >&4 & "
      "until test -s plan/round-1/shard-0000 -a ! -e plan/round-1/shard-0000.claim; do sleep 0.01; done; "
      "sleep 0.3; kill -USR1 $!; head -c 65536 <&4 >/dev/null; wait $!";
  EXPECT_EQ(run_in_shell(folder.path(), late, shard(0)).exit_code, 0);
}

// It ends the program as ever, if that has not ended by then, and loses nothing but what was being computed.
TEST(Jobs, ASecondSignalDoesNotWait) {
  const SmallProblem folder;
  run_well(folder.path(), plan_of(1, kLong));
  const std::string twice =
      "\"$0\" \"$@\" & until test -e plan/round-1/shard-0000.claim; do sleep 0.01; done;"
      " kill -TERM $!; sleep 0.02; kill -TERM $!; wait $!";
  const int code = run_in_shell(folder.path(), twice, shard(0)).exit_code;
  EXPECT_TRUE(code == 128 + SIGTERM || code == static_cast<int>(ExitCode::interrupted)) << code;
  expect_ends_well(folder.path(), 1, kLong);
  EXPECT_EQ(all_files(folder.path() / "plan" / "round-1"), (std::set<std::string>{"round.state", "shard-0000"}));
}

TEST(Jobs, ASweepThatIsInterruptedSaysSo) {
  const SmallProblem folder;
  const Words sweep = joined({"sweep", "sweep.toml", "--out", "out", "--threads", "1"}, kLong);
  const auto begun = [&](const std::string&) { return fs::exists(folder.path() / "out"); };
  expect_failure(run_and_signal(folder.path(), sweep, begun, SIGTERM), ExitCode::interrupted, {"interrupted"});
  EXPECT_FALSE(fs::exists(folder.path() / "out" / "results.csv"));
  run_well(folder.path(), sweep);
  EXPECT_EQ(all_files(folder.path() / "out"),
            (std::set<std::string>{"answer.json", "bands.npy", "results.csv", "results.json"}));
}

// --- no room, no permission, clocks

TEST(Jobs, AFullDiskStopsEachCommandWithAMessageAndNothingElse) {
  const SmallProblem folder;
  // What is printed goes through a pipe, as a file of it would be too large too.
  const std::string told = "(ulimit -f 0; \"$0\" \"$@\" 2>&1; echo \"code $?\") | cat";
  const auto expect_no_room = [&](const Words& command) {
    const auto before = all_files(folder.path());
    const Outcome outcome = run_in_shell(folder.path(), told, command);
    EXPECT_NE(outcome.out.find("code 1\n"), std::string::npos) << outcome.out;
    EXPECT_NE(outcome.out.find("File too large"), std::string::npos) << outcome.out;
    EXPECT_EQ(outcome.out.find("losscast: error"), outcome.out.rfind("losscast: error")) << outcome.out;
    auto after = all_files(folder.path());
    for (const char* made : {"plan", "plan/round-1"}) after.erase(made);
    auto usual = before;
    for (const char* made : {"plan", "plan/round-1"}) usual.erase(made);
    EXPECT_EQ(after, usual);
  };
  expect_no_room(plan_of(2));
  run_well(folder.path(), plan_of(2));
  expect_no_room(shard(0));
  run_well(folder.path(), shard(0));
  run_well(folder.path(), shard(1));
  expect_no_room(kMerge);
  expect_ends_well(folder.path(), 2);
}

TEST(Jobs, AFolderWithoutPermission) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const SmallProblem folder;
  run_well(folder.path(), plan_of(1));
  const fs::path round = folder.path() / "plan" / "round-1";
  fs::permissions(round, fs::perms::owner_read | fs::perms::owner_exec);
  expect_failure(run_losscast(folder.path(), shard(0)), ExitCode::internal_or_io, {"round-1", "Permission denied"});
  fs::permissions(round, fs::perms::owner_all);
  expect_ends_well(folder.path(), 1);
}

TEST(Jobs, ClocksThatJumpChangeNothing) {
  const SmallProblem folder;
  run_well(folder.path(), plan_of(3));
  const auto set_clock = [&](long seconds) {
    const timespec times[2] = {{std::time(nullptr) + seconds, 0}, {std::time(nullptr) + seconds, 0}};
    for (const auto& entry : fs::recursive_directory_iterator(folder.path()))
      ASSERT_EQ(utimensat(AT_FDCWD, entry.path().c_str(), times, 0), 0);
  };
  constexpr long kYears = 5L * 365 * 24 * 3600;
  set_clock(kYears);
  run_well(folder.path(), shard(0));
  set_clock(-kYears);
  run_well(folder.path(), shard(1));
  set_clock(kYears);
  expect_ends_well(folder.path(), 3);
}

}  // namespace
}  // namespace losscast::test
