#include "losscast/jobs/plan.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "format/json_text.hpp"
#include "format/sha256.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/jobs/planned.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFileFamily = R"(
[[family]]
name = "file"
path = "rates.csv"
)";

void replace(const fs::path& file, const std::string& what, const std::string& with) {
  std::string text = read_text_file(file);
  ASSERT_NE(text.find(what), std::string::npos) << what;
  text.replace(text.find(what), what.size(), with);
  std::ofstream(file, std::ios::binary) << text;
}

// Expects that the plan in the folder cannot be read, and that the message has these parts.
void expect_unreadable(const fs::path& folder, const std::vector<std::string>& parts) {
  try {
    read_plan(folder);
    ADD_FAILURE() << "the plan was read";
  } catch (const InputError& error) {
    for (const std::string& part : parts)
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << part << " is not in: " << error.what();
  }
}

std::vector<std::string> names(const std::vector<DifferingKey>& keys) {
  std::vector<std::string> all;
  for (const DifferingKey& key : keys) all.push_back(key.key);
  return all;
}

TEST(Plans, AreTheSameReadBack) {
  for (const Settings& settings : {kRanking, kAllBands, kRace}) {
    const PlannedSweep sweep(settings);
    const SweepPlan planned = sweep.plan(), back = sweep.freeze(3);
    EXPECT_EQ(planned.hash.size(), 64u);
    EXPECT_EQ(back.hash, planned.hash);
    EXPECT_EQ(back.config.resolved, planned.config.resolved);
    EXPECT_TRUE(differing_keys(sweep.folder(), sweep.plan()).empty());
    EXPECT_EQ(planned_shards(sweep.folder()), 3);
  }
}

TEST(Plans, DoNotDependOnTheOrderOfKeysNorOnWhoComputes) {
  const PlannedSweep sweep;
  const std::string hash = sweep.plan().hash;
  replace(sweep.path() / "sweep.toml", "seed = 3\npaths = 40\n", "# the other way round\npaths = 40\nseed = 3\n");
  SweepPlan plan = sweep.plan();
  EXPECT_EQ(plan.hash, hash);
  SweepOptions options = sweep.options();
  options.execution.threads = 7;
  options.execution.backend = Backend::automatic;
  EXPECT_EQ(make_plan(plan.file, plan.config, plan.fit, options).hash, hash);
  options.scheme = Scheme::euler;
  EXPECT_NE(make_plan(plan.file, plan.config, plan.fit, options).hash, hash);
}

TEST(Plans, NameTheKeysInWhichTheyDiffer) {
  const PlannedSweep sweep;
  const SweepPlan before = sweep.freeze(2);
  const auto keys = differing_keys(sweep.folder(), sweep.plan({"paths=41", "family.wsd.warmup_steps=90"}));
  EXPECT_EQ(names(keys), (std::vector<std::string>{"family.wsd.warmup_steps", "paths"}));
  EXPECT_EQ(keys.back().before, "40");
  EXPECT_EQ(keys.back().now, "41");
  EXPECT_NE(sweep.plan({"paths=41"}).hash, before.hash);
}

TEST(Plans, DifferByTheFitsContent) {
  const PlannedSweep sweep;
  const SweepPlan before = sweep.freeze(2);
  Fit fit = small_fit();
  fit.parameters.front().value += 1e-9;
  write_fit(sweep.path() / "fit.json", fit, {});
  EXPECT_EQ(names(differing_keys(sweep.folder(), sweep.plan())), std::vector<std::string>{"fit, SHA-256"});
  EXPECT_EQ(read_plan(sweep.folder()).hash, before.hash) << "the plan has a fit of its own";
}

TEST(Plans, DifferByAFileOfRates) {
  const PlannedSweep sweep;
  std::ofstream(sweep.path() / "sweep.toml", std::ios::app) << kFileFamily;
  sweep.write("rates.csv", "step,lr\n0,0\n1,1e-3\n2,2e-3\n");
  const SweepPlan before = sweep.plan();
  EXPECT_EQ(sweep.plan().hash, before.hash);
  sweep.freeze(2);
  sweep.write("rates.csv", "step,lr\n0,0\n1,1e-3\n2,3e-3\n");
  EXPECT_EQ(names(differing_keys(sweep.folder(), sweep.plan())), std::vector<std::string>{"rates.csv, SHA-256"});
  expect_unreadable(sweep.folder(), {"/rates.csv: rates.csv, SHA-256 is not what was planned"});
  fs::remove(sweep.path() / "rates.csv");
  expect_unreadable(sweep.folder(), {"rates.csv"});
}

TEST(Plans, ThatWereChangedAreRefused) {
  const PlannedSweep sweep;
  sweep.freeze(2);
  const fs::path folder = sweep.folder(), kept = sweep.path() / "kept";
  fs::copy(folder, kept, fs::copy_options::recursive);
  const auto restore = [&] {
    fs::remove_all(folder);
    fs::copy(kept, folder, fs::copy_options::recursive);
    EXPECT_NO_THROW(read_plan(folder));
  };
  replace(folder / "sweep.toml", "paths = 40", "paths = 41");
  expect_unreadable(folder, {"plan/sweep.toml: paths is not what was planned", "it was 40 and is 41"});
  restore();
  replace(folder / "fit.json", "0.1", "0.2");
  expect_unreadable(folder, {"plan/fit.json: the file is not what was planned"});
  restore();
  replace(folder / "fit.json", "{", "");
  expect_unreadable(folder, {"plan/fit.json: the file is not what was planned"});
  restore();
  replace(folder / "plan.json", "\"shards\": 2", "\"shards\": 3");
  expect_unreadable(folder, {"plan.json", "the file is not what was planned"});
  restore();
  replace(folder / "plan.json", "}", "");
  expect_unreadable(folder, {"plan.json"});
  for (const char* file : {"sweep.toml", "fit.json"}) {
    restore();
    fs::remove(folder / file);
    expect_unreadable(folder, {file});
  }
  restore();
  fs::remove(folder / "plan.json");
  expect_unreadable(folder, {"there is no plan"});
}

TEST(Plans, OfOnePieceHaveNeitherShardsNorKnownCost) {
  const PlannedSweep sweep;
  SweepPlan plan = sweep.plan();
  plan.options.goal.target_error = 1e-3;
  plan = make_plan(plan.file, plan.config, plan.fit, plan.options);
  const auto begun = begin_rounds(plan.config, plan.fit, plan.options);
  EXPECT_FALSE(cost_of(plan, *begun, 3));
  freeze_plan(plan, *begun, 3, sweep.folder(), {});
  EXPECT_EQ(read_plan(sweep.folder()).hash, plan.hash);
  EXPECT_EQ(planned_shards(sweep.folder()), 0);
  EXPECT_FALSE(planned_cost(sweep.folder()));
}

TEST(Plans, KeepTheirCost) {
  const PlannedSweep sweep;
  const SweepPlan plan = sweep.freeze(3);
  const std::optional<PlanCost> cost = planned_cost(sweep.folder());
  ASSERT_TRUE(cost);
  EXPECT_EQ(cost->items, 48);
  EXPECT_EQ(cost->files, 8 + 2 * 3);
  EXPECT_EQ(kSecondsOfAShortRound, MergeOptions().most_seconds_here);
  EXPECT_GT(cost->bytes, static_cast<double>(fs::file_size(sweep.folder() / "fit.json")));
}

TEST(Plans, OfAnotherVersionAreRefused) {
  const PlannedSweep sweep;
  sweep.freeze(2);
  const fs::path file = sweep.folder() / "plan.json";
  auto object = nlohmann::ordered_json::parse(read_text_file(file));
  object.at("version") = "0.0.7";
  object.erase("sha256");
  object["sha256"] = sha256(json_text(object));
  std::ofstream(file, std::ios::binary) << json_text(object);
  expect_unreadable(sweep.folder(), {"plan.json", "the plan is of losscast 0.0.7"});
}

TEST(Plans, LeaveFilesOfTheUsersAlone) {
  const PlannedSweep sweep;
  fs::create_directory(sweep.folder());
  for (const char* name : {"fit.json", "sweep.toml"}) {
    sweep.write(std::string("plan/") + name, "of mine");
    EXPECT_THROW(sweep.freeze(2), InputError);
    remove_plan(sweep.folder());
    EXPECT_EQ(read_text_file(sweep.folder() / name), "of mine");
    EXPECT_FALSE(fs::exists(sweep.folder() / "plan.json"));
    fs::remove(sweep.folder() / name);
  }
  sweep.write("plan/notes.txt", "of mine");
  sweep.freeze(2);
  remove_plan(sweep.folder());
  EXPECT_EQ(std::distance(fs::directory_iterator(sweep.folder()), {}), 1);
  EXPECT_EQ(read_text_file(sweep.folder() / "notes.txt"), "of mine");
}

// What a process leaves that ends amid freezing: the files up to some one.
TEST(Plans, AreFrozenAnewWhereAnEarlierOneWasNotFinished) {
  const PlannedSweep sweep;
  for (const int files : {0, 1, 2, 3}) {
    sweep.freeze(2);
    sweep.write("plan/.losscast-999999-0.tmp", "some");
    const char* const order[] = {"plan.json", "sweep.toml", "fit.json", "round-1/round.state"};
    for (int i = 0; i <= files; ++i) fs::remove(sweep.folder() / order[i]);
    EXPECT_FALSE(holds_plan(sweep.folder()));
    sweep.freeze(3);
    EXPECT_EQ(planned_shards(sweep.folder()), 3);
    EXPECT_FALSE(fs::exists(sweep.folder() / ".losscast-999999-0.tmp"));
    remove_plan(sweep.folder());
    EXPECT_TRUE(fs::is_empty(sweep.folder()));
  }
}

}  // namespace
}  // namespace losscast::test
