// `losscast transfer` as a user runs it.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <regex>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/cli/with_flags.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

Words transfer(const std::string& optimiser, const std::string& parameterisation, const Words& more) {
  return with_flags({"transfer", "--base-width", "256", "--target-width", "4096", "--optimizer", optimiser,
                     "--parameterization", parameterisation},
                    more);
}

TEST(TransferCommand, GivesTheValuesOfEachLayer) {
  const ScratchFolder folder;
  const Json found = run_for_json(
      folder.path(), transfer("kfac", "mup", {"--lr", "0.02", "--damping", "1e-3", "--init-std", "0.2,0.1,0.1"}));
  EXPECT_EQ(keys(found), (Names{"base_width", "derived", "fit", "layers", "optimizer", "parameterization", "provenance",
                                "target_width"}));
  ASSERT_EQ(found["layers"].size(), 3u);
  const Json &input = found["layers"][0], &hidden = found["layers"][1], &output = found["layers"][2];
  EXPECT_EQ(input["role"], "input");
  EXPECT_DOUBLE_EQ(input["init_std"]["target"], 0.2);
  EXPECT_DOUBLE_EQ(hidden["init_std"]["target"], 0.1 / 4);
  EXPECT_DOUBLE_EQ(output["init_std"]["target"], 0.1 / 16);
  EXPECT_DOUBLE_EQ(hidden["damping"]["rho_A"]["target"], 1e-3 * 16);
  EXPECT_DOUBLE_EQ(hidden["damping"]["rho_B"]["target"], 1e-3 / 16);
  EXPECT_EQ(hidden["damping"]["rho_B"]["exponent"], 1);
  for (const Json& layer : found["layers"]) EXPECT_DOUBLE_EQ(layer["lr"]["target"], 0.02);
  EXPECT_TRUE(found["derived"].empty());
  EXPECT_TRUE(found["fit"].is_null());
}

TEST(TransferCommand, SaysFactorsWhereNoDeviationIsGiven) {
  const ScratchFolder folder;
  const Words words = transfer("adam", "mup", {"--lr", "3e-3"});
  const Outcome text = run_well(folder.path(), words);
  for (const char* part : {"times 0.25", "times 0.0625", "0.003 -> 0.0001875"})
    EXPECT_NE(text.out.find(part), std::string::npos) << part << "\n" << text.out;
  EXPECT_TRUE(run_for_json(folder.path(), words)["layers"][1]["init_std"]["target"].is_null());
}

TEST(TransferCommand, SaysWhatIsDerived) {
  const ScratchFolder folder;
  EXPECT_EQ(run_for_json(folder.path(), transfer("adam", "ntk", {"--lr", "1", "--damping", "1e-8"}))["derived"],
            (Json{"lr", "damping"}));
  EXPECT_NE(run_well(folder.path(), transfer("foof", "ntk", {"--lr", "1"})).out.find("own derivation"),
            std::string::npos);
}

// The best of the peaks by the fit stays under mup, and falls as the width for Adam under the standard
// parameterisation.
TEST(TransferCommand, MovesTheBestPeakOfAFit) {
  const SmallProblem folder;
  const Words words = transfer("adam", "mup", {"--fit", "fit.json", "--schedule", kWsd});
  const Json found = run_for_json(folder.path(), words), fit = found["fit"];
  const double best = fit["best_peak_lr"];
  const std::vector<double> peaks = fit["peaks"], losses = fit["losses"];
  ASSERT_EQ(peaks.size(), losses.size());
  for (std::size_t i = 0; i < peaks.size(); ++i) EXPECT_GE(losses[i], fit["loss"].get<double>()) << peaks[i];
  EXPECT_NE(std::ranges::find(peaks, best), peaks.end());
  EXPECT_DOUBLE_EQ(fit["target_peak_lr"]["mup"], best);
  EXPECT_DOUBLE_EQ(fit["target_peak_lr"]["standard"], best / 16);
  EXPECT_DOUBLE_EQ(fit["target_peak_lr"]["ntk"], best / 4);
  EXPECT_DOUBLE_EQ(found["layers"][0]["lr"]["base"], best);
  const std::string text = run_well(folder.path(), words).out;
  EXPECT_NE(text.find("what more the wider network reaches is not forecast"), std::string::npos) << text;
  std::smatch row;
  ASSERT_TRUE(std::regex_search(text, row, std::regex(R"(\n[\d.]+ +(\S+) +(\S+) +(\S+) +(\S+) +the best)"))) << text;
  for (const auto& [column, factor] : std::map<std::size_t, double>{{1, 1}, {2, 1. / 16}, {3, 1. / 4}, {4, 1}})
    EXPECT_NEAR(std::stod(row[column]), best * factor, 1e-3 * best * factor) << text;
}

// A line for the widths 256, 1024 and 4096 in each of three panels.
TEST(TransferCommand, DrawsTheLossesAtTheWidthsBetween) {
  const SmallProblem folder;
  run_well(folder.path(), transfer("adam", "mup", {"--fit", "fit.json", "--schedule", kWsd, "--plot", "widths.svg"}));
  const std::string svg = read_text_file(folder.path() / "widths.svg");
  const std::regex line("<polyline");
  EXPECT_EQ(std::distance(std::sregex_iterator(svg.begin(), svg.end(), line), std::sregex_iterator()), 9);
  for (const char* part : {">256<", ">1024<", ">4096<", ">standard<", ">ntk<", ">mup<"})
    EXPECT_NE(svg.find(part), std::string::npos) << part;
}

TEST(TransferCommand, RefusesWhatMakesNoSense) {
  const SmallProblem folder;
  const auto fails = [&](const Words& words, const std::vector<std::string>& parts) {
    expect_failure(run_losscast(folder.path(), words), ExitCode::usage_or_input, parts);
  };
  run_well(folder.path(), transfer("adam", "mup", {"--lr", "1"}));
  fails(transfer("adm", "mup", {"--lr", "1"}), {"--optimizer adm", "Did you mean \"adam\"?"});
  fails(transfer("adam", "mupp", {"--lr", "1"}), {"--parameterization mupp", "Did you mean \"mup\"?"});
  fails(transfer("adam", "mup", {"--lr", "1", "--base-width", "0"}), {"--base-width 0"});
  fails(transfer("adam", "mup", {"--lr", "1", "--target-width", "1.5"}), {"--target-width 1.5"});
  fails(transfer("adam", "mup", {"--lr", "0"}), {"--lr 0"});
  fails(transfer("adam", "mup", {"--lr", "1", "--damping", "0"}), {"--damping 0"});
  fails(transfer("sgd", "mup", {"--lr", "1", "--damping", "1"}), {"sgd has no damping"});
  fails(transfer("sgd", "mup", {"--lr", "1", "--init-std", "1,2"}), {"there are 2 numbers"});
  fails(transfer("sgd", "mup", {"--lr", "1", "--init-std", "1,-2,3"}), {"\"-2\" is no positive number"});
  fails(transfer("sgd", "mup", {}), {"--lr is missing"});
  fails({"transfer", "--lr", "1"}, {"--base-width is missing"});
  fails(transfer("sgd", "mup", {"--lr", "1", "--fit", "fit.json", "--schedule", kWsd}), {"--lr 1", "two LRs"});
  fails(transfer("sgd", "mup", {"--lr", "1", "--schedule", kWsd}), {"there is no fit"});
  fails(transfer("sgd", "mup", {"--lr", "1", "--plot", "widths.svg"}), {"--plot", "there is no fit"});
  fails(transfer("sgd", "mup", {"--fit", "fit.json", "--schedule", kWsd, "--plot", "fit.json"}), {"fit.json"});
  fails(transfer("sgd", "mup", {"--fit", "fit.json"}), {"--schedule is missing"});
  fails(transfer("sgd", "mup", {"--fit", "fit.json", "--schedule", R"({ family = "file", path = "x" })"}),
        {"no peak_lr"});
}

}  // namespace
}  // namespace losscast::test
