// The search for the best schedule of a whole space, and how sure its answer is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/engine/performance.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/race/objective.hpp"
#include "losscast/race/race.hpp"
#include "losscast/space/candidates.hpp"

namespace losscast {

// The best candidates so far of each parameter draw that the first round takes: a heap of pairs of mean [nats] and
// number.
using BestOfDraws = std::vector<std::vector<std::pair<float, std::int64_t>>>;

// How far a search has come. A search that goes on from here has the same result as one that was never interrupted.
struct SearchProgress {
  RaceProgress race;
  BestOfDraws best_of_draws;  // empty if the objective takes paths
};

struct SearchOptions {
  Objective objective;
  std::optional<double> delta;  // the smallest difference that matters [nats]; by default the noise of a run
  double confidence = 0.95;
  std::uint64_t seed = 1;            // of the paths, if the objective takes paths
  std::int64_t most_paths = 65'536;  // a candidate gets no more than these, if the objective takes paths
  StopRules stop;
  std::optional<SearchProgress> from = std::nullopt;  // where the same search was interrupted
};

// Is told how a search goes.
class SearchObserver {
 public:
  virtual ~SearchObserver() = default;
  virtual void after_round(const RaceRound&) {}

  // Is called every few thousand candidates, with the state from which the search could go on. An exception that it
  // throws ends the search.
  virtual void after_part(const RaceProgress&, const BestOfDraws&) {}
  virtual void after_race() {}  // the finalists are about to be certified
};

// What the posterior leaves open: other parameters might have another winner. It follows from the exact means of the
// winner and of its rivals, the candidates that are near the best in some draw.
struct PosteriorDoubt {
  double p_posterior = 0;  // share of the draws in which the winner is within delta of that draw's best
  double lost = 0;         // how far below the winner a draw's best lies, on average over the draws [nats]
  // How far below the best rival the true best of a draw may lie, on average: estimated from the draws in which every
  // candidate was evaluated. [nats]
  double unseen = 0;
  std::int64_t draws = 0;
  std::int64_t rivals = 0;  // how many there are; they were evaluated in all draws
  // Numbers of the rivals that are better than the winner in more than 1 - confidence of the draws, those that are so
  // most often first.
  std::vector<std::int64_t> indistinguishable;
  // The rival whose difference to the winner is the most uncertain: training both would teach the most.
  std::optional<std::int64_t> next_run;
  double next_run_deviation = 0;  // standard deviation of that difference over the draws [nats]
};

// The winner's mean at one horizon. [nats]
struct HorizonMean {
  Step steps = 0;
  double mean = 0;
  std::vector<float> of_draws;  // the mean in each draw
};

// The winner, its arguments moved to values that need not be points of the space.
struct PolishedWinner {
  Arguments arguments;
  double gain = 0;  // how far its mean over all draws lies below the winner's [nats]
};

struct SearchResult {
  Objective objective;
  std::int64_t winner = 0;
  double delta = 0;          // [nats]
  std::string delta_source;  // in words
  double confidence = 0;
  RaceResult race;
  Selection selection;
  std::optional<PosteriorDoubt> posterior;  // if a candidate has an exact value for each draw
  std::optional<PolishedWinner> polished;   // if so, and the space has one horizon
  std::vector<HorizonMean> horizons;        // if the space has several
  std::string objection;                    // if not empty: why nothing is certified, whatever p_selection
  int blocks_per_segment = 0;
  double unit_error = 0;  // error of the difference of two exact means that the blocks cause, on a sample [nats]
  Performance performance;
};

// If the objective is the mean, with or without jumps, each candidate has an exact value for each parameter draw, up to
// the error of its blocks, and the units of the race are draws. Any other objective takes paths in few blocks, and the
// winner is certified on fresh random numbers. Throws InputError for a barrier, for a delta that is not positive or
// that the blocks cannot resolve, for a confidence or a level outside (0, 1), for too few paths, for several horizons
// if the objective takes paths, and if no candidate exists.
SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution, SearchObserver& observer);
SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution = {});  // without an observer

}  // namespace losscast
