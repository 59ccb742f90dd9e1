#include "sweep/known_differences.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "losscast/schedule/families.hpp"
#include "sweep/sweep_request.hpp"
#include "sweep/values_of_draws.hpp"
#include "tests/sweep/problem.hpp"

namespace losscast::test {
namespace {

constexpr int kDraws = 64;

Execution on_threads(int threads) { return {Backend::cpu, MathMode::reproducible, threads}; }

Candidate candidate(double peak) {
  const Arguments arguments{{{"family", std::string("constant")}, {"peak_lr", peak}, {"total_steps", 1000.0}}};
  return {0, arguments, make_recipe(arguments)};
}

// Candidates in this order, as if they had been simulated.
SweepResult ranked(const std::vector<double>& peaks) {
  SweepResult result;
  for (const double peak : peaks) result.ranked.push_back({candidate(peak), {}, {}, 0, {}, {}});
  return result;
}

Fit fit_with_offset(double run_offset) {
  Fit fit = example_fit(kDraws);
  fit.noise.run_offset.value = run_offset;
  return fit;
}

SweepResult known(const std::vector<double>& peaks, double run_offset, double delta,
                  const std::vector<Candidate>& others = {}, int threads = 1) {
  SweepResult result = ranked(peaks);
  SweepConfig config;
  config.seed = 3;
  add_known_differences(config, fit_with_offset(run_offset), delta, others, on_threads(threads), result);
  return result;
}

TEST(KnownDifferences, OfOneRecipeAreNone) {
  const SweepResult result = known({2e-4, 2e-4}, 0.01, 1e-6);
  EXPECT_EQ(result.known.draws, kDraws);
  EXPECT_EQ(result.known.undecided, 2);
  EXPECT_FALSE(result.known.next_run);
  for (const RankedCandidate& one : result.ranked) {
    EXPECT_EQ(one.known.low, 0);
    EXPECT_EQ(one.known.high, 0);
    EXPECT_EQ(one.known.p_within, 1);
  }
}

// Without an error of the law they are those of the exact means, draw by draw.
TEST(KnownDifferences, AreTheQuantilesOverTheDraws) {
  const SweepResult result = known({2e-4, 1e-4}, 0, 1e-3);
  SweepConfig config;
  config.seed = 3;
  ValuesOfDraws values(sweep_sde(config, fit_with_offset(0)), {}, config.seed, on_threads(1));
  const Recipe recipes[] = {candidate(2e-4).recipe, candidate(1e-4).recipe};
  std::vector<float> of_draws(2 * kDraws);
  values.evaluate(recipes, of_draws);
  std::vector<double> differences;
  int within = 0;
  for (std::size_t d = 0; d < kDraws; ++d) {
    differences.push_back(static_cast<double>(of_draws[kDraws + d]) - static_cast<double>(of_draws[d]));
    within += differences.back() <= 1e-3 ? 1 : 0;
  }
  std::sort(differences.begin(), differences.end());
  const KnownDifference& second = result.ranked[1].known;
  EXPECT_LE(second.low, differences[4]);  // of 64, the 5% quantile lies between the fourth and the fifth
  EXPECT_GE(second.low, differences[3]);
  EXPECT_LE(second.high, differences[60]);
  EXPECT_GE(second.high, differences[59]);
  EXPECT_EQ(second.p_within, static_cast<double>(within) / kDraws);
  EXPECT_LT(second.low, second.high);
}

TEST(KnownDifferences, WidenByTheErrorOfTheLawAsRecipesDiffer) {
  const auto width = [](double peak, double run_offset) {
    const KnownDifference& second = known({2e-4, peak}, run_offset, 1e-3).ranked[1].known;
    return second.high - second.low;
  };
  const double far = width(1e-4, 0.05), near = width(1.9e-4, 0.05);
  EXPECT_GT(far, 5 * width(1e-4, 0));
  EXPECT_GT(far, 5 * near);  // peaks a factor of 2 apart are 1.39 lengths apart, and 1.05 a tenth
  // Two independent errors would be sqrt(2) 0.05 apart, 90% of them within 1.64 of that on each side.
  EXPECT_LT(far, 2 * 2 * 1.6448536 * 1.4142136 * 0.05);
}

// What lies far from the ranked ones may be the best of all.
TEST(KnownDifferences, LookAtOtherCandidatesForTheBest) {
  const SweepResult alone = known({1e-4}, 0, 1e-3), beside = known({1e-4}, 0, 1e-3, {candidate(3e-4)});
  EXPECT_EQ(alone.ranked[0].known.p_within, 1);
  EXPECT_EQ(alone.known.others, 0);
  EXPECT_LT(beside.ranked[0].known.p_within, 0.5);
  EXPECT_EQ(beside.known.others, 1);
  EXPECT_EQ(beside.known.undecided_others, 1);
  EXPECT_FALSE(beside.known.next_run);  // the other one is surely the best: no run would change that
  EXPECT_EQ(beside.known.next_run_gain, 0);
  const SweepResult open = known({1e-4}, 0.3, 1e-3, {candidate(3e-4)});
  EXPECT_TRUE(open.known.next_run);
  EXPECT_GT(open.known.next_run_gain, 0);
}

// What the next run is worth is what the definition says of the two candidates, either of which may be trained.
TEST(KnownDifferences, NameTheRunThatIsWorthTheMost) {
  const std::vector<double> peaks = {2e-4, 3e-4, 4e-4};
  const SweepResult result = known(peaks, 0.3, 1e-3);
  SweepConfig config;
  config.seed = 3;
  ValuesOfDraws values(sweep_sde(config, fit_with_offset(0.3)), {}, config.seed, on_threads(1));
  std::vector<Recipe> recipes;
  for (const double peak : peaks) recipes.push_back(candidate(peak).recipe);
  std::vector<float> of_draws(recipes.size() * kDraws);
  values.evaluate(recipes, of_draws);
  const OpenChoice choice(of_draws, kDraws);
  double most = 0, peak_of_most = 0;
  for (std::size_t r = 0; r < recipes.size(); ++r) {
    const auto of_run = std::span(of_draws).subspan(r * kDraws, kDraws);
    const double fall = choice.gain_of(of_run, values.noise_of_a_run(recipes[r])).regret_fall;
    if (fall <= most) continue;
    most = fall;
    peak_of_most = peaks[r];
  }
  EXPECT_EQ(result.known.undecided, 3);
  EXPECT_GT(most, 0);
  EXPECT_LE(most, choice.regret());
  EXPECT_EQ(result.known.next_run_gain, most);
  ASSERT_TRUE(result.known.next_run);
  EXPECT_EQ(std::get<double>(result.known.next_run->values.at("peak_lr")), peak_of_most);
}

// Of very many, those that are the most likely to be near the best.
TEST(KnownDifferences, CompareTheLikeliestAsNextRuns) {
  std::vector<Undecided> undecided;
  for (std::size_t i = 0; i < 1000; ++i) undecided.push_back({static_cast<double>(i % 10) / 10, i});
  const std::vector<std::size_t> places = places_of_next_runs(undecided);
  ASSERT_EQ(places.size(), 256u);
  EXPECT_EQ(places[0], 0u);
  EXPECT_EQ(places[1], 9u);
  EXPECT_EQ(places[100], 999u);
  EXPECT_EQ(places[101], 8u);
}

TEST(KnownDifferences, AreTheSameOnAnyNumberOfThreads) {
  const std::vector<double> peaks = {3e-4, 2e-4, 1e-4, 5e-5};
  const SweepResult one = known(peaks, 0.01, 1e-3, {}, 1), three = known(peaks, 0.01, 1e-3, {}, 3);
  for (std::size_t i = 0; i < peaks.size(); ++i) {
    EXPECT_EQ(one.ranked[i].known.low, three.ranked[i].known.low);
    EXPECT_EQ(one.ranked[i].known.high, three.ranked[i].known.high);
    EXPECT_EQ(one.ranked[i].known.p_within, three.ranked[i].known.p_within);
  }
}

TEST(Sweep, SaysWhatTheFitKnows) {
  SweepConfig config = example_config();
  config.delta = 2e-3;
  const SweepResult result = run_sweep(config, example_fit(7), options());
  EXPECT_EQ(result.known.delta, 2e-3);
  EXPECT_EQ(result.known.draws, 7);
  EXPECT_EQ(result.ranked.front().known.mean, 0);
  for (const RankedCandidate& one : result.ranked) {
    EXPECT_LE(one.known.low, one.known.mean);
    EXPECT_GE(one.known.high, one.known.mean);
  }
}

}  // namespace
}  // namespace losscast::test
