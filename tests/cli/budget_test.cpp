#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <map>

#include "losscast/format/text_file.hpp"
#include "losscast/io/fit_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

// Two sizes with one law, of which the larger gets half the steps.
class TwoSizes : public SmallProblem {
 public:
  TwoSizes() {
    const std::string fit = read_text_file(path() / "fit.json");
    for (const auto& [name, params] : {std::pair("small", "1e6"), {"large", "2e6"}}) {
      write(std::string(name) + ".json", replaced(fit, "\"params\": null", std::string("\"params\": ") + params));
      write(std::string(name) + ".toml", open_race(std::string(name) + ".json"));
    }
  }
};

const Names kBudget = {"budget", "large.toml", "--with", "small.toml", "--tokens-per-step", "1000"};

Names with(Names more) {
  more.insert(more.begin(), kBudget.begin(), kBudget.end());
  return more;
}

TEST(BudgetCommand, GivesComputeToTheBestSize) {
  const TwoSizes folder;
  const Json uses = run_for_json(folder.path(), with({"--flops", "6e12"})).at("uses");
  ASSERT_EQ(uses.size(), 2u);
  EXPECT_EQ(uses[0].at("sweep"), "small.toml");
  EXPECT_EQ(uses[0].at("steps"), 1000);
  EXPECT_EQ(uses[0].at("tokens"), 1e6);
  EXPECT_EQ(uses[1].at("steps"), 500);
  EXPECT_LT(uses[0].at("mean"), uses[1].at("mean"));
  EXPECT_NEAR(uses[0].at("p_best").get<double>() + uses[1].at("p_best").get<double>(), 1, 1e-9);
  EXPECT_EQ(uses[0].at("certified"), true);
  for (const char* name : {"small", "large"}) {
    const Json results = Json::parse(read_text_file(folder.path() / "budget_results" / name / "results.json"));
    EXPECT_EQ(results.at("certificate").at("horizons").size(), 1u);
  }
  const std::string said = run_well(folder.path(), with({"--tokens", "1e6", "--out", "tokens"})).out;
  for (const char* part : {"the best with", "1000", "best: "}) EXPECT_NE(said.find(part), std::string::npos) << said;
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "tokens" / "large" / "results.csv"));
}

// A size whose runs may diverge beside one whose runs cannot, by what was put into their fits.
TEST(BudgetCommand, DistrustsSizesUnderUnlikeHazards) {
  const TwoSizes folder;
  const std::string doubt = "the sizes are not compared alike (a barrier for small, none for large)";
  EXPECT_EQ(run_for_json(folder.path(), with({"--flops", "6e12", "--out", "calm"}))["trusted"], true);
  for (const std::string name : {"small", "large"}) {
    const std::string file = name + ".json", out = name + "_hazard.json";
    run_well(folder.path(),
             {"hazard", "--spikes", "{ barrier_limit = 1e3, barrier_noise = 0.02 }", "--fit", file, "--out", out});
    std::filesystem::rename(folder.path() / out, folder.path() / file);
    const Words budget = with({"--flops", "6e12", "--out", name});
    const Json answer = run_for_json(folder.path(), budget);
    const bool is_alike = name == "large";  // now both have one
    EXPECT_EQ(answer["trusted"], is_alike);
    EXPECT_EQ(answer["doubts"], is_alike ? Json::array() : Json{doubt});
    Words strict = budget;
    strict.emplace_back("--strict");
    const Outcome outcome = run_losscast(folder.path(), strict);
    EXPECT_EQ(outcome.out.starts_with("Do not rely on this: " + doubt), !is_alike) << outcome.out;
    EXPECT_EQ(outcome.err.find("not to be relied on (" + doubt) != std::string::npos, !is_alike) << outcome.err;
  }
}

// The same sizes in one file of fits, of which the sweep races all.
class SizesInOneFile : public TwoSizes {
 public:
  SizesInOneFile() {
    std::vector<Fit> fits;
    for (const char* name : {"small.json", "large.json"}) fits.push_back(read_fit(path() / name));
    write_fits(path() / "sizes.json", fits, {});
    write("both.toml", open_race("sizes.json"));
  }
};

TEST(BudgetCommand, RacesAllSizesOfAFileOfFits) {
  const SizesInOneFile folder;
  const Names budget = {"--flops", "6e12", "--tokens-per-step", "1000"};
  Names asked = {"budget", "both.toml"};
  asked.insert(asked.end(), budget.begin(), budget.end());
  const Json together = run_for_json(folder.path(), asked);
  const Json apart = run_for_json(folder.path(), with({"--flops", "6e12"})).at("uses");
  const Json& uses = together.at("uses");
  ASSERT_EQ(uses.size(), 2u);
  for (std::size_t i = 0; i < 2; ++i)
    for (const char* key : {"steps", "mean", "schedule"}) EXPECT_EQ(uses[i].at(key), apart[i].at(key)) << key;
  EXPECT_EQ(uses[0].at("params"), 1e6);
  EXPECT_EQ(together.at("border"), "smallest");
  EXPECT_TRUE(std::filesystem::exists(folder.path() / "budget_results" / "both_2M" / "results.csv"));
  // Both fits have the same draws: what they have in common is no doubt about the better one.
  EXPECT_EQ(uses[0].at("p_best"), 1);
  Names again = asked;
  again.insert(again.end(), {"--out", "again"});
  EXPECT_NE(run_well(folder.path(), again).err.find("a smaller one may be better"), std::string::npos);
  asked.insert(asked.end(), {"--set", "params=2e6", "--out", "one"});
  EXPECT_EQ(run_for_json(folder.path(), asked).at("uses").size(), 1u) << "the size that is named";
}

TEST(SweepCommand, TakesOneOfSeveralFits) {
  const SizesInOneFile folder;
  const std::string sweep = replaced(read_text_file(folder.path() / "sweep.toml"), "fit.json", "sizes.json");
  folder.write("sized.toml", sweep);
  expect_failure(run_losscast(folder.path(), {"sweep", "sized.toml"}), ExitCode::usage_or_input,
                 {"sizes.json", "one fit is wanted", "1000000, 2000000", "params = N"});
  run_well(folder.path(), {"sweep", "sized.toml", "--set", "params=2e6", "--out", "sized"});
  run_well(folder.path(), {"sweep", "sweep.toml", "--set", "fit=\"large.json\"", "--out", "large"});
  EXPECT_EQ(read_text_file(folder.path() / "sized" / "results.csv"),
            read_text_file(folder.path() / "large" / "results.csv"));
  const Names predict = {"predict", "sizes.json", "--schedule", kWsd};
  expect_failure(run_losscast(folder.path(), predict), ExitCode::usage_or_input, {"sizes.json", "one fit is wanted"});
  Names sized = predict;
  sized.insert(sized.end(), {"--params", "1e6"});
  run_well(folder.path(), sized);
}

constexpr const char* kNothingToDo = "nothing to do: budget_results has the results of this budget";

bool computes(const Outcome& outcome) { return outcome.err.find(kNothingToDo) == std::string::npos; }

// The bytes of all files in a folder, by their paths.
std::map<std::string, std::string> files_in(const std::filesystem::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder))
    if (entry.is_regular_file()) files[entry.path().lexically_relative(folder)] = read_text_file(entry.path());
  return files;
}

// Also in what it warns of and in its exit code.
TEST(BudgetCommand, GivesAFinishedAnswerAgain) {
  const TwoSizes folder;
  const Names asked = with({"--tokens", "1e6", "--strict"});
  const Outcome first = run_losscast(folder.path(), asked);
  EXPECT_TRUE(computes(first)) << first.err;
  const auto files = files_in(folder.path() / "budget_results");
  std::filesystem::create_directories(folder.path() / "budget_results" / "small" / "progress");  // of a killed call
  const Outcome again = run_losscast(folder.path(), asked);
  EXPECT_FALSE(computes(again)) << again.err;
  EXPECT_EQ(again.exit_code, first.exit_code);
  EXPECT_EQ(again.out, first.out);
  for (const char* part : {"warning: small: ", "warning: large: "})
    EXPECT_EQ(again.err.find(part) == std::string::npos, first.err.find(part) == std::string::npos) << again.err;
  EXPECT_EQ(files_in(folder.path() / "budget_results"), files);
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "budget_results" / "small" / "progress"));
  const Json json = run_for_json(folder.path(), with({"--tokens", "1e6"}));
  EXPECT_EQ(json.at("uses").size(), 2u);
  EXPECT_EQ(json.at("provenance").at("plan").get<std::string>().size(), 64u);
}

// Whatever is asked otherwise than before is computed.
TEST(BudgetCommand, ComputesAnotherAnswerAnew) {
  const TwoSizes folder;
  run_well(folder.path(), with({"--tokens", "1e6"}));
  for (const Names& other :
       {with({"--tokens", "2e6"}), with({"--flops", "6e12"}), with({"--tokens", "1e6", "--set", "search.delta=2e-3"}),
        with({"--tokens", "1e6", "--max-seconds", "1000"}),
        Names{"budget", "large.toml", "--tokens", "1e6", "--tokens-per-step", "1000"},
        // The same races, for other numbers of tokens.
        Names{"budget", "large.toml", "--with", "small.toml", "--tokens", "5e5", "--tokens-per-step", "500"}}) {
    const Outcome outcome = run_well(folder.path(), other);
    EXPECT_TRUE(computes(outcome)) << outcome.err;
    EXPECT_FALSE(computes(run_well(folder.path(), other))) << "control";
  }
}

TEST(BudgetCommand, ComputesAnewWhatHasChangedOrIsMissing) {
  const TwoSizes folder;
  const auto computes_after = [&](const std::function<void()>& change) {
    change();
    const bool computed = computes(run_well(folder.path(), with({"--tokens", "1e6"})));
    EXPECT_FALSE(computes(run_well(folder.path(), with({"--tokens", "1e6"})))) << "control";
    return computed;
  };
  const auto remove = [&](const std::string& file) {
    EXPECT_TRUE(std::filesystem::remove(folder.path() / "budget_results" / file)) << file;
  };
  const std::string fit = read_text_file(folder.path() / "small.json");
  EXPECT_TRUE(computes_after([] {}));
  EXPECT_TRUE(
      computes_after([&] { folder.write("small.json", replaced(fit, "\"params\": 1e6", "\"params\": 1.5e6")); }));
  EXPECT_TRUE(computes_after([&] { remove("answer.json"); }));
  EXPECT_TRUE(computes_after([&] { remove("small/results.csv"); }));
  EXPECT_TRUE(computes_after([&] { remove("large/results.json"); }));
  EXPECT_TRUE(computes_after([&] { folder.write("budget_results/answer.json", "{"); }));
  const auto cut = [&](const std::string& file) {
    const std::string whole = read_text_file(folder.path() / "budget_results" / file);
    folder.write("budget_results/" + file, whole.substr(0, whole.size() / 2));
  };
  const auto damage = [&](const std::string& file) {
    std::string changed = read_text_file(folder.path() / "budget_results" / file);
    changed[changed.size() / 2] ^= 1;
    folder.write("budget_results/" + file, changed);
  };
  EXPECT_TRUE(computes_after([&] { cut("small/results.csv"); }));
  EXPECT_TRUE(computes_after([&] { damage("large/results.csv"); }));
}

TEST(BudgetCommand, LeavesTheResultsOfPlansAlone) {
  const TwoSizes folder;
  run_well(folder.path(), {"plan", "sweep.toml", "--out", "plans/large"});
  for (const char* out : {"plans/large", "plans"})
    expect_failure(run_losscast(folder.path(), with({"--tokens", "1e6", "--out", out})), ExitCode::usage_or_input,
                   {"plans/large", "the folder holds a plan"});
}

TEST(BudgetCommand, RefusesWhatItCannotSpend) {
  const TwoSizes folder;
  const auto refused = [&](const Names& arguments, const Names& parts) {
    expect_failure(run_losscast(folder.path(), arguments), ExitCode::usage_or_input, parts);
    EXPECT_FALSE(std::filesystem::exists(folder.path() / "budget_results"));
  };
  refused(with({}), {"--flops or --tokens"});
  refused(with({"--flops", "1e12", "--tokens", "1e6"}), {"--flops or --tokens"});
  refused({"budget", "small.toml", "--tokens", "1e6"}, {"--tokens-per-step is missing"});
  refused(with({"--tokens", "10"}), {"not enough for one step"});
  refused(with({"--tokens", "1e6", "--with", "large.toml"}), {"large.toml", "already a sweep of this name"});
  refused({"budget", "sweep.toml", "--tokens", "1e6", "--tokens-per-step", "1000"},
          {"sweep.toml", "does not race", "Set search.method"});
  refused(with({"--tokens", "1e6", "--set", "family.wsd.total_steps=1000"}), {"large.toml", "total_steps"});
  refused(with({"--tokens", "1e6", "--set", "search.horizons=[100]"}), {"large.toml", "horizons"});
  refused(with({"--tokens", "1e6", "--set", "objective={ tail_mean = 0.9 }"}), {"large.toml", "not the mean"});
  refused(with({"--flops", "1e12", "--set", "fit=\"fit.json\""}), {"does not know the size"});
}

}  // namespace
}  // namespace losscast::test
