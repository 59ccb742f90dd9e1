// The search for the best schedule of a whole space, and how sure its answer is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/engine/performance.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/race/best_of_draws.hpp"
#include "losscast/race/objective.hpp"
#include "losscast/race/polished_winner.hpp"
#include "losscast/race/posterior_doubt.hpp"
#include "losscast/race/race.hpp"
#include "losscast/space/candidates.hpp"

namespace losscast {

// How far a search has come: from here it goes on to the same result.
struct SearchProgress {
  RaceProgress race;
  BestOfDraws best_of_draws;  // empty for what takes paths
};

struct SearchOptions {
  Objective objective;
  std::optional<double> delta;  // the smallest difference that matters [nats]; by default the noise of a run
  double confidence = 0.95;
  std::uint64_t seed = 1;            // of what takes paths
  std::int64_t most_paths = 65'536;  // of a candidate, where its value takes paths
  StopRules stop;
  std::optional<SearchProgress> from = std::nullopt;  // of the same search, where an earlier one has come to
};

// Told how a search goes.
class SearchObserver {
 public:
  virtual ~SearchObserver() = default;
  virtual void after_round(const RaceRound&) {}

  // What to go on from, every few thousand candidates. May throw, and the search is over.
  virtual void after_part(const RaceProgress&, const BestOfDraws&) {}
  virtual void after_race() {}  // finalists are certified now
};

// The winner's mean at one horizon. [nats]
struct HorizonMean {
  Step steps = 0;
  double mean = 0;
  std::vector<float> of_draws;  // the mean in each draw
};

struct SearchResult {
  Objective objective;
  std::int64_t winner = 0;
  double delta = 0;          // [nats]
  std::string delta_source;  // in words
  double confidence = 0;
  RaceResult race;
  Selection selection;
  std::optional<PosteriorDoubt> posterior;  // where values are exact given a draw
  std::optional<PolishedWinner> polished;   // likewise, at one horizon
  std::vector<HorizonMean> horizons;        // if the space has several
  std::string objection;                    // why nothing is certified whatever p_selection, if that is so
  int blocks_per_segment = 0;
  double unit_error = 0;  // of the difference of two exact means, by their blocks, on a sample [nats]
  Performance performance;
};

// The expected final loss, with jumps too, has an exact value for each parameter draw (up to blocks), and the race is
// over draws; any other objective takes paths, in few blocks, which are certified on fresh random numbers. Throws
// InputError for a barrier, a delta that is not positive or that the blocks cannot resolve, a confidence or a level
// outside (0, 1), too few paths, several horizons for what takes paths, or if no candidate exists.
SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution, SearchObserver& observer);
SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution = {});  // that nobody watches

}  // namespace losscast
