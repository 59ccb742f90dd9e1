// A search by paths, against every candidate simulated in short blocks.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "losscast/base/error.hpp"
#include "losscast/race/search.hpp"
#include "losscast/space/limits.hpp"
#include "race/objective_units.hpp"
#include "tests/engine/requests.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {
namespace {

SearchSpace space() {
  return space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 1e-3, 6),
                                                  range("decay_fraction", Axis::Kind::linear, 0.1, 0.9, 5),
                                                  choice("total_steps", {1500.0})})});
}

Experiment request_with_jumps() {
  Experiment request = example_request(find_model("adamw"));
  request.draws = example_draws(*request.model, 64);
  request.spikes.jump_rate = 1e-4;
  request.spikes.critical_lr = 3e-4;
  request.spikes.jump_exponent = 2;
  request.spikes.mean_jump = 0.2;
  request.spikes.jump_decay = 2e-3;
  return request;
}

// The objective of every candidate, on many paths in blocks of four steps. [nats]
std::vector<double> truth(const CandidateList& list, Experiment request, const Objective& objective) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(list.size()));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  for (const auto& one : list.make(numbers)) request.recipes.push_back(one->recipe);
  request.paths = 8192;
  request.block = 4;
  request.seed = 77;
  std::vector<double> out;
  for (std::vector<float>& losses : run(request).values) {
    to_contributions(objective, losses);
    out.push_back(std::accumulate(losses.begin(), losses.end(), 0.0) / static_cast<double>(losses.size()));
  }
  return out;
}

class TailSearch : public ::testing::TestWithParam<Objective> {};
std::string test_name(const ::testing::TestParamInfo<Objective>& info) {
  constexpr const char* kNames[] = {"mean", "quantile", "tail_mean"};
  return kNames[static_cast<int>(info.param.kind)];
}
INSTANTIATE_TEST_SUITE_P(Objectives, TailSearch,
                         ::testing::Values(Objective{Objective::Kind::tail_mean, 0.95},
                                           Objective{Objective::Kind::quantile, 0.9}),
                         test_name);

TEST_P(TailSearch, CertifiesWhatIsNearTheBest) {
  const CandidateList list(space(), 1);
  Experiment request = request_with_jumps();
  // A race over quantiles is over after few paths: for these to show enough jumps, they must be frequent.
  if (GetParam().kind == Objective::Kind::quantile) request.spikes.jump_rate *= 10;
  const std::vector<double> values = truth(list, request, GetParam());
  SearchOptions options;
  options.objective = GetParam();
  options.delta = 2e-2;
  const SearchResult result = search(list, request, options);
  EXPECT_TRUE(result.selection.certified) << result.objection;
  EXPECT_FALSE(result.selection.exact);
  EXPECT_FALSE(result.posterior);
  EXPECT_LE(values[static_cast<std::size_t>(result.winner)],
            *std::min_element(values.begin(), values.end()) + *options.delta);
  // With jumps that come with the LR the best is not where it is without them.
  Experiment calm = request;
  calm.spikes = {};
  SearchOptions mean;
  mean.delta = 1e-3;
  EXPECT_NE(search(list, calm, mean).winner, result.winner);
}

// The mean has an exact value, whatever the jumps: the same as on many paths, to four of their standard errors.
TEST(MeanSearch, KnowsWhatJumpsAddWithoutPaths) {
  const CandidateList list(space(), 1);
  Experiment request = request_with_jumps();
  request.spikes.jump_rate = 1e-3;
  const std::vector<double> values = truth(list, request, {});
  SearchOptions options;
  options.delta = 2e-2;
  const SearchResult result = search(list, request, options);
  EXPECT_TRUE(result.selection.certified);
  EXPECT_TRUE(result.selection.exact);
  EXPECT_TRUE(result.posterior);
  // Jumps of 0.2 on average, some tenths of one still there at the end: 0.15 a path at most.
  const double error = 4 * 0.15 / std::sqrt(8192);
  EXPECT_LE(values[static_cast<std::size_t>(result.winner)],
            *std::min_element(values.begin(), values.end()) + *options.delta + error);
  Experiment calm = request;
  calm.spikes = {};
  EXPECT_NE(search(list, calm, options).winner, result.winner);
}

// Where hardly any path has a jump, the spread of those that have is not known.
TEST(TailSearch, CertifiesNothingWhereJumpsAreTooRare) {
  const CandidateList list(space(), 1);
  Experiment request = request_with_jumps();
  request.spikes.jump_rate = 1e-7;
  SearchOptions options;
  options.objective = {Objective::Kind::tail_mean, 0.95};
  options.delta = 2e-2;
  const SearchResult result = search(list, request, options);
  EXPECT_FALSE(result.selection.certified);
  EXPECT_NE(result.objection.find("jumps"), std::string::npos);
}

TEST(TailSearch, GivesTheSameAnswerWithAnyNumberOfThreads) {
  const CandidateList list(space(), 1);
  Experiment request = request_with_jumps();
  SearchOptions options;
  options.objective = {Objective::Kind::tail_mean, 0.9};
  options.delta = 2e-2;
  const SearchResult one = search(list, request, options);
  request.threads = 3;
  const SearchResult three = search(list, request, options);
  EXPECT_EQ(one.winner, three.winner);
  EXPECT_EQ(one.selection.p_selection, three.selection.p_selection);
  EXPECT_EQ(one.race.finalists, three.race.finalists);
}

TEST(TailSearch, EndsAtItsPathsWithoutACertificate) {
  const CandidateList list(space(), 1);
  SearchOptions options;
  options.objective = {Objective::Kind::tail_mean, 0.95};
  options.delta = 2e-3;
  options.most_paths = 512;
  const SearchResult result = search(list, request_with_jumps(), options);
  EXPECT_EQ(result.race.end, RaceEnd::units);
  EXPECT_FALSE(result.selection.certified);
}

}  // namespace
}  // namespace losscast::test
