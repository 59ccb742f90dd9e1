// Whether two searches found the same, to the last bit.
#pragma once

#include <gtest/gtest.h>

#include "losscast/race/search.hpp"

namespace losscast::test {

inline void expect_same(const RaceResult& one, const RaceResult& other) {
  EXPECT_EQ(one.finalists, other.finalists);
  EXPECT_EQ(one.leaders, other.leaders);
  EXPECT_EQ(one.best, other.best);
  EXPECT_EQ(one.excluded, other.excluded);
  EXPECT_EQ(one.error_spent, other.error_spent);
  EXPECT_EQ(one.end, other.end);
  ASSERT_EQ(one.rounds.size(), other.rounds.size());
  for (std::size_t r = 0; r < one.rounds.size(); ++r) {
    EXPECT_EQ(one.rounds[r].candidates, other.rounds[r].candidates) << r;
    EXPECT_EQ(one.rounds[r].units, other.rounds[r].units) << r;
    EXPECT_EQ(one.rounds[r].survivors, other.rounds[r].survivors) << r;
    EXPECT_EQ(one.rounds[r].leader, other.rounds[r].leader) << r;
    EXPECT_EQ(one.rounds[r].path_steps, other.rounds[r].path_steps) << r;
  }
}

inline void expect_same(const Selection& one, const Selection& other) {
  EXPECT_EQ(one.winner, other.winner);
  EXPECT_EQ(one.exact, other.exact);
  EXPECT_EQ(one.p_selection, other.p_selection);
  EXPECT_EQ(one.certified, other.certified);
  ASSERT_EQ(one.standing.size(), other.standing.size());
  for (std::size_t i = 0; i < one.standing.size(); ++i) {
    EXPECT_EQ(one.standing[i].number, other.standing[i].number);
    EXPECT_EQ(one.standing[i].difference, other.standing[i].difference);
    EXPECT_EQ(one.standing[i].standard_error, other.standing[i].standard_error);
  }
}

inline void expect_same(const PosteriorDoubt& one, const PosteriorDoubt& other) {
  EXPECT_EQ(one.p_posterior, other.p_posterior);
  EXPECT_EQ(one.lost, other.lost);
  EXPECT_EQ(one.unseen, other.unseen);
  EXPECT_EQ(one.draws, other.draws);
  EXPECT_EQ(one.rivals, other.rivals);
  EXPECT_EQ(one.indistinguishable, other.indistinguishable);
  EXPECT_EQ(one.next_run, other.next_run);
  EXPECT_EQ(one.next_run_gain, other.next_run_gain);
}

// All but the time that it took.
inline void expect_same(const Performance& one, const Performance& other) {
  EXPECT_EQ(one.path_steps, other.path_steps);
  EXPECT_EQ(one.block_steps, other.block_steps);
  EXPECT_EQ(one.backend, other.backend);
  EXPECT_EQ(one.device, other.device);
}

inline void expect_same(const SearchResult& one, const SearchResult& other) {
  EXPECT_EQ(one.objective.kind, other.objective.kind);
  EXPECT_EQ(one.objective.level, other.objective.level);
  EXPECT_EQ(one.winner, other.winner);
  EXPECT_EQ(one.delta, other.delta);
  EXPECT_EQ(one.delta_source, other.delta_source);
  EXPECT_EQ(one.confidence, other.confidence);
  expect_same(one.race, other.race);
  expect_same(one.selection, other.selection);
  ASSERT_EQ(one.posterior.has_value(), other.posterior.has_value());
  if (one.posterior) expect_same(*one.posterior, *other.posterior);
  ASSERT_EQ(one.polished.has_value(), other.polished.has_value());
  if (one.polished) {
    EXPECT_EQ(one.polished->arguments, other.polished->arguments);
    EXPECT_EQ(one.polished->gain, other.polished->gain);
  }
  ASSERT_EQ(one.horizons.size(), other.horizons.size());
  for (std::size_t h = 0; h < one.horizons.size(); ++h) {
    EXPECT_EQ(one.horizons[h].steps, other.horizons[h].steps);
    EXPECT_EQ(one.horizons[h].mean, other.horizons[h].mean);
    EXPECT_EQ(one.horizons[h].of_draws, other.horizons[h].of_draws);
  }
  EXPECT_EQ(one.objection, other.objection);
  EXPECT_EQ(one.blocks_per_segment, other.blocks_per_segment);
  EXPECT_EQ(one.unit_error, other.unit_error);
  expect_same(one.performance, other.performance);
}

}  // namespace losscast::test
