// The search over a space of schedules, against every candidate's mean in every draw.
#include "losscast/race/search.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "losscast/base/error.hpp"
#include "losscast/precision/conditional_means.hpp"
#include "losscast/schedule/families.hpp"
#include "tests/engine/requests.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {
namespace {

constexpr std::size_t kDraws = 120;

SearchSpace grid() {
  return space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 1e-3, 12),
                                                  range("decay_fraction", Axis::Kind::linear, 0.05, 0.9, 25),
                                                  choice("shape", {std::string("linear"), std::string("sqrt")}),
                                                  choice("total_steps", {1500.0})})});
}

Experiment request_of(double spread = 0.03) {
  Experiment request = example_request(find_model("adamw"));
  request.draws = example_draws(*request.model, kDraws, spread);
  return request;
}

SearchOptions options_of(double delta) {
  SearchOptions options;
  options.delta = delta;
  return options;
}

// Every candidate's loss under every draw, in many more blocks than the search takes.
class Truth {
 public:
  Truth(const CandidateList& list, const Experiment& request)
      : values_(static_cast<std::size_t>(list.size()) * kDraws) {
    std::vector<std::int64_t> numbers(static_cast<std::size_t>(list.size()));
    std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
    std::vector<Recipe> schedules;
    for (const auto& one : list.make(numbers)) schedules.push_back(one->recipe);
    ConditionalMeans(request, request).evaluate(schedules, 100, 0, kDraws, values_);
  }
  double mean(std::int64_t number) const {
    const auto first = values_.begin() + number * static_cast<std::int64_t>(kDraws);
    return std::accumulate(first, first + kDraws, 0.0) / kDraws;
  }
  double lowest_mean() const {
    double lowest = mean(0);
    for (std::int64_t i = 1; i < candidates(); ++i) lowest = std::min(lowest, mean(i));
    return lowest;
  }
  // Share of the draws in which a candidate is within delta of the best.
  double share_near_best(std::int64_t number, double delta) const {
    int near = 0;
    for (std::size_t d = 0; d < kDraws; ++d) {
      double best = std::numeric_limits<double>::infinity();
      for (std::int64_t i = 0; i < candidates(); ++i) best = std::min(best, at(i, d));
      near += at(number, d) <= best + delta ? 1 : 0;
    }
    return static_cast<double>(near) / kDraws;
  }
  // Share of the draws in which one is better than another.
  double share_better(std::int64_t one, std::int64_t other) const {
    int better = 0;
    for (std::size_t d = 0; d < kDraws; ++d) better += at(one, d) < at(other, d) ? 1 : 0;
    return static_cast<double>(better) / kDraws;
  }

 private:
  std::int64_t candidates() const { return static_cast<std::int64_t>(values_.size() / kDraws); }
  double at(std::int64_t number, std::size_t draw) const {
    return static_cast<double>(values_[static_cast<std::size_t>(number) * kDraws + draw]);
  }
  std::vector<float> values_;
};

TEST(Search, FindsTheBestOfASpace) {
  const CandidateList list(grid(), 1);
  for (const double spread : {0.01, 0.03, 0.1}) {
    const Experiment request = request_of(spread);
    const Truth truth(list, request);
    for (const double delta : {1e-3, 1e-2}) {
      const SearchResult result = search(list, request, options_of(delta));
      EXPECT_TRUE(result.selection.certified);
      EXPECT_TRUE(result.selection.exact);
      EXPECT_GE(result.selection.p_selection, 0.95);
      EXPECT_LE(truth.mean(result.winner), truth.lowest_mean() + delta) << spread << " " << delta;
      EXPECT_EQ(result.race.rounds.front().candidates, 600);
      EXPECT_GT(result.performance.path_steps, 0);
      for (const Standing& one : result.selection.standing)
        EXPECT_NEAR(one.difference, truth.mean(one.number) - truth.mean(result.winner), delta / 4);
    }
  }
}

// The posterior's doubt is that of all candidates in all draws, though only rivals were evaluated.
TEST(Search, SaysWhatThePosteriorLeavesOpen) {
  const CandidateList list(grid(), 1);
  const double delta = 1e-3;
  double before = 1.1, gain = 0;
  for (const double spread : {0.02, 0.1, 0.3}) {
    const Experiment request = request_of(spread);
    const Truth truth(list, request);
    const SearchResult result = search(list, request, options_of(delta));
    const PosteriorDoubt& doubt = result.posterior.value();
    EXPECT_EQ(doubt.draws, static_cast<std::int64_t>(kDraws));
    EXPECT_NEAR(doubt.p_posterior, truth.share_near_best(result.winner, delta), 0.03) << spread;
    EXPECT_LE(doubt.p_posterior, before);
    before = doubt.p_posterior;
    for (const std::int64_t number : doubt.indistinguishable)
      EXPECT_GT(truth.share_better(number, result.winner), 0.03) << number;
    EXPECT_GE(doubt.next_run_gain, 0);
    EXPECT_LE(doubt.next_run_gain, doubt.lost);
    EXPECT_EQ(doubt.next_run.has_value(), doubt.next_run_gain > 0);
    if (doubt.next_run && *doubt.next_run != result.winner) {
      EXPECT_GT(truth.share_better(*doubt.next_run, result.winner), 0);
    }
    gain = doubt.next_run_gain;
  }
  EXPECT_LT(before, 1);
  EXPECT_GT(gain, 0);
}

TEST(Search, GivesTheSameAnswerWithAnyNumberOfThreads) {
  const CandidateList list(grid(), 1);
  Experiment request = request_of();
  const SearchResult one = search(list, request, options_of(1e-3));
  request.threads = 3;
  const SearchResult three = search(list, request, options_of(1e-3));
  EXPECT_EQ(one.winner, three.winner);
  EXPECT_EQ(one.selection.p_selection, three.selection.p_selection);
  EXPECT_EQ(one.posterior->p_posterior, three.posterior->p_posterior);
  EXPECT_EQ(one.posterior->indistinguishable, three.posterior->indistinguishable);
  EXPECT_EQ(one.performance.path_steps, three.performance.path_steps);
  ASSERT_EQ(one.race.rounds.size(), three.race.rounds.size());
  for (std::size_t r = 0; r < one.race.rounds.size(); ++r)
    EXPECT_EQ(one.race.rounds[r].survivors, three.race.rounds[r].survivors);
}

TEST(Search, TakesTheNoiseOfARunForDelta) {
  const CandidateList list(grid(), 1);
  Experiment request = request_of();
  const SearchResult result = search(list, request, {});
  // The noise is that of the first candidate, with the mean of the draws as its parameters, step by step.
  std::vector<double> mean(request.draws.front().size(), 0);
  for (const auto& draw : request.draws)
    for (std::size_t p = 0; p < mean.size(); ++p) mean[p] += draw[p] / kDraws;
  const std::int64_t first = 0;
  const BlockTable table = blocks_of(*request.model, list.make({&first, 1})[0]->recipe, 1);
  const int last[] = {static_cast<int>(table.blocks.size())};
  const double variance = request.model->moments(table, mean, request.noise, Scheme::exact_moments, last)[0].variance;
  EXPECT_NEAR(result.delta, std::sqrt(variance), 0.01 * result.delta);
  EXPECT_NE(result.delta_source, "given");
  request.noise = {};
  EXPECT_THROW(search(list, request, {}), InputError);
}

TEST(Search, LeavesOutWhatConstraintsExclude) {
  SearchSpace space = grid();
  space.families[0].constraints = {"peak_lr < 4e-4"};
  const CandidateList list(space, 1);
  const SearchResult result = search(list, request_of(), options_of(1e-3));
  EXPECT_EQ(result.race.excluded, 600 - 7 * 50);
  const std::vector<std::int64_t> winner = {result.winner};
  EXPECT_LT(list.make(winner)[0]->recipe.peak_lr(), 4e-4);
  space.families[0].constraints = {"peak_lr > 1"};
  EXPECT_THROW(search(CandidateList(space, 1), request_of(), options_of(1e-3)), InputError);
}

// The best on average over several lengths of run, and its mean at each.
TEST(Search, ChoosesForSeveralHorizonsAtOnce) {
  SearchSpace space = grid();
  space.families[0].axes.pop_back();
  space.horizons = {400, 1500, 5000};
  const Experiment request = request_of();
  const double delta = 5e-4;
  const SearchResult result = search(CandidateList(space, 1), request, options_of(delta));
  std::vector<double> average(600, 0.0), of_winner;
  for (const Step steps : space.horizons) {
    SearchSpace one = grid();
    one.families[0].axes.back().choices = {static_cast<double>(steps)};
    const Truth truth(CandidateList(one, 1), request);
    for (std::size_t i = 0; i < average.size(); ++i) average[i] += truth.mean(static_cast<std::int64_t>(i)) / 3;
    of_winner.push_back(truth.mean(result.winner));
  }
  EXPECT_LE(average[static_cast<std::size_t>(result.winner)],
            *std::min_element(average.begin(), average.end()) + delta);
  ASSERT_EQ(result.horizons.size(), 3u);
  for (std::size_t h = 0; h < 3; ++h) {
    EXPECT_EQ(result.horizons[h].steps, space.horizons[h]);
    EXPECT_NEAR(result.horizons[h].mean, of_winner[h], 2e-4);
  }
  SearchOptions tail = options_of(delta);
  tail.objective.kind = Objective::Kind::tail_mean;
  EXPECT_THROW(search(CandidateList(space, 1), request, tail), InputError);
}

// Between the points of a coarse grid there is something to gain, and not beyond the constraints.
TEST(Search, PolishesItsWinnerWithinTheSpace) {
  const auto coarse = [](std::vector<std::string> constraints) {
    SearchSpace space = space_of(
        SearchMethod::grid,
        {wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 1e-3, 3),
                    range("decay_fraction", Axis::Kind::linear, 0.05, 0.9, 4), choice("total_steps", {1500.0})})});
    space.families[0].constraints = std::move(constraints);
    return space;
  };
  int blocks = 0;
  const auto mean = [&](const Arguments& arguments) {
    const std::vector<Recipe> one = {make_schedule(arguments)};
    std::vector<float> values(kDraws);
    ConditionalMeans(request_of(), Execution{}).evaluate(one, blocks, 0, kDraws, values);
    return std::accumulate(values.begin(), values.end(), 0.0) / kDraws;
  };
  const CandidateList list(coarse({}), 1);
  const SearchResult result = search(list, request_of(), options_of(1e-3));
  blocks = result.blocks_per_segment;
  ASSERT_TRUE(result.polished);
  EXPECT_GT(result.polished->gain, 1e-5);
  EXPECT_NEAR(mean(result.polished->arguments) + result.polished->gain,
              mean(list.make({&result.winner, 1})[0]->arguments), 1e-6);
  const double free = std::get<double>(result.polished->arguments.values.at("decay_fraction"));

  const CandidateList bound(coarse({fmt::format("decay_fraction <= {}", 0.9 * free)}), 1);
  const SearchResult within = search(bound, request_of(), options_of(1e-3));
  if (within.polished) {
    EXPECT_LE(std::get<double>(within.polished->arguments.values.at("decay_fraction")), 0.9 * free);
  }
}

TEST(Search, RefusesWhatItCannotDo) {
  const CandidateList list(grid(), 1);
  const auto refused = [&](const Experiment& request, const SearchOptions& options, const std::string& part) {
    try {
      search(list, request, options);
      ADD_FAILURE() << "no error: " << part;
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
    }
  };
  for (const double delta : {0.0, -1e-3, std::nan(""), std::numeric_limits<double>::infinity()})
    refused(request_of(), options_of(delta), "no difference that matters");
  refused(request_of(), options_of(1e-9), "too small");
  for (const double confidence : {0.0, 1.0, -0.5, std::nan("")}) {
    SearchOptions options = options_of(1e-3);
    options.confidence = confidence;
    refused(request_of(), options, "no confidence");
  }
  Experiment diverging = request_of();
  diverging.spikes.barrier_limit = 3;
  refused(diverging, options_of(1e-3), "barrier");
  SearchOptions options = options_of(1e-3);
  options.objective = {Objective::Kind::tail_mean, 1};
  refused(request_of(), options, "no level");
  options.objective.level = 0.9;
  options.most_paths = 100;
  refused(request_of(), options, "too few for a race");
}

}  // namespace
}  // namespace losscast::test
