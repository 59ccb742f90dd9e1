#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
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
