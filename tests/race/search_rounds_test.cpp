// A search in parts, beside the same search in one piece.
#include "losscast/race/search_rounds.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "race/packed_search.hpp"
#include "tests/engine/requests.hpp"
#include "tests/race/parts.hpp"
#include "tests/race/same_search.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {
namespace {

struct Problem {
  CandidateList list;
  Experiment request;
  SearchOptions options;

  SearchRounds begin() const { return SearchRounds(list, request, options, request, nobody()); }
  SearchRounds go_on_from(const std::string& state) const {
    return SearchRounds(list, request, options, request, nobody(), unpacked<SearchState>(state));
  }
  SearchResult whole() const { return search(list, request, options, request); }
  static SearchObserver& nobody() {
    static SearchObserver quiet;
    return quiet;
  }
};

SearchSpace grid(int fractions) {
  return space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 1e-3, 12),
                                                  range("decay_fraction", Axis::Kind::linear, 0.05, 0.9, fractions),
                                                  choice("total_steps", {1500.0})})});
}

Experiment request_of(double spread = 0.03) {
  Experiment request = example_request(find_model("adamw"));
  request.draws = example_draws(*request.model, 120, spread);
  return request;
}

// By exact means: some rounds, some points that do not exist, a polished winner.
Problem exact_problem() {
  SearchSpace space = grid(25);
  space.families[0].constraints = {"peak_lr < 8e-4"};
  Problem problem{CandidateList(space, 1), request_of(0.3), {}};
  problem.options.delta = 3e-4;
  return problem;
}

Problem problem_with_horizons() {
  SearchSpace space = grid(12);
  space.families[0].axes.pop_back();
  space.horizons = {400, 1500};
  Problem problem{CandidateList(space, 1), request_of(), {}};
  problem.options.delta = 1e-3;
  return problem;
}

// By paths, with jumps.
Problem problem_by_paths() {
  Problem problem{CandidateList(grid(8), 1), request_of(), {}};
  problem.request.spikes.jump_rate = 1e-4;
  problem.request.spikes.critical_lr = 3e-4;
  problem.request.spikes.jump_exponent = 2;
  problem.request.spikes.mean_jump = 0.2;
  problem.request.spikes.jump_decay = 2e-3;
  problem.options.objective = {Objective::Kind::tail_mean, 0.9};
  problem.options.delta = 2e-2;
  problem.options.most_paths = 512;
  return problem;
}

// Each part, each end of a round and the certificate by a search of its own, which knows nothing but bytes.
SearchResult search_in_parts(const Problem& problem, std::int64_t parts) {
  std::string state = packed(problem.begin().state());
  for (;;) {
    SearchRounds search = problem.go_on_from(state);
    if (search.is_over()) return search.result();
    const auto computed = in_parts(search.field_size(), parts, [&](std::int64_t first, std::int64_t count) {
      return unpacked<SearchPart>(packed(problem.go_on_from(state).compare(first, count)));
    });
    search.close(computed, 1);
    state = packed(search.state());
  }
}

class SearchInParts : public ::testing::TestWithParam<std::int64_t> {};
INSTANTIATE_TEST_SUITE_P(Parts, SearchInParts, ::testing::Values(1, 2, 7, 64));

TEST_P(SearchInParts, FindsTheSameByExactMeans) {
  const Problem problem = exact_problem();
  const SearchResult whole = problem.whole();
  EXPECT_GE(whole.race.rounds.size(), 2u);
  EXPECT_GT(whole.race.excluded, 0);
  EXPECT_TRUE(whole.polished);
  expect_same(search_in_parts(problem, GetParam()), whole);
}

TEST_P(SearchInParts, FindsTheSameForSeveralHorizons) {
  const Problem problem = problem_with_horizons();
  const SearchResult whole = problem.whole();
  EXPECT_EQ(whole.horizons.size(), 2u);
  expect_same(search_in_parts(problem, GetParam()), whole);
}

TEST_P(SearchInParts, FindsTheSameByPaths) {
  const Problem problem = problem_by_paths();
  const SearchResult whole = problem.whole();
  EXPECT_GE(whole.race.rounds.size(), 2u);
  EXPECT_FALSE(whole.selection.exact);
  expect_same(search_in_parts(problem, GetParam()), whole);
}

// Called twice it finds the same, at the same price.
TEST(SearchRounds, CertifyTheSameHoweverOften) {
  const Problem problem = exact_problem();
  SearchRounds search = problem.begin();
  while (!search.is_over()) {
    const SearchPart all = search.compare(0, search.field_size());
    search.close({&all, 1}, 1);
  }
  const SearchResult first = search.result();
  expect_same(search.result(), first);
}

TEST(SearchRounds, StopBySecondsThatTheyAreTold) {
  Problem problem = exact_problem();
  problem.options.stop.seconds = 50;
  const auto rounds_of = [&](double seconds) {
    SearchRounds search = problem.begin();
    while (!search.is_over()) {
      const SearchPart all = search.compare(0, search.field_size());
      search.close({&all, 1}, seconds);
    }
    return search.result().race;
  };
  const RaceResult slow = rounds_of(51);
  EXPECT_EQ(slow.end, RaceEnd::seconds);
  EXPECT_EQ(slow.rounds.size(), 1u);
  EXPECT_EQ(rounds_of(1e-3).end, RaceEnd::decided);
}

TEST(SearchRounds, SayWhatTheyAre) {
  EXPECT_EQ(exact_problem().begin().round_name(), "round 1: 32 draws");
  EXPECT_EQ(problem_by_paths().begin().round_name(), "round 1: 256 paths");
}

// Keeps what it is told.
class Listener final : public SearchObserver {
 public:
  void before_first_round(const FirstRound& round) override { first.push_back(round); }
  void after_round(const RaceRound& round) override { rounds.push_back(round); }
  std::vector<FirstRound> first;
  std::vector<RaceRound> rounds;
};

TEST(SearchRounds, TellWhatTheFirstOneWillTake) {
  const CandidateList list(grid(25), 1);
  const Experiment request = request_of();
  SearchOptions options;
  options.delta = 1e-3;
  Listener listener;
  SearchRounds search(list, request, options, request, listener);
  const SearchPart part = search.compare(0, 300);
  ASSERT_EQ(listener.first.size(), 1u);
  EXPECT_EQ(listener.first[0].candidates, 300);
  EXPECT_DOUBLE_EQ(listener.first[0].path_steps, part.race.path_steps);  // of a grid so small every point is a scout
  EXPECT_GT(listener.first[0].seconds, 0);
  EXPECT_TRUE(listener.rounds.empty());
  search.close({&part, 1}, 1);
  EXPECT_EQ(listener.rounds.size(), 1u);
  SearchRounds(list, request, options, request, listener, search.state());
  EXPECT_EQ(listener.first.size(), 1u);
}

TEST(SearchRounds, RefuseWhatIsOfAnotherSearch) {
  const Problem exact = exact_problem(), by_paths = problem_by_paths();
  const std::string state = packed(exact.begin().state());
  EXPECT_THROW(by_paths.go_on_from(state), InputError);
  EXPECT_THROW(exact.go_on_from(state.substr(0, state.size() - 1)), InputError);
  SearchRounds search = exact.go_on_from(state);
  SearchPart part = search.compare(0, search.field_size());
  part.best_of_draws.pop_back();
  EXPECT_THROW(search.close({&part, 1}, 1), InputError);
}

}  // namespace
}  // namespace losscast::test
