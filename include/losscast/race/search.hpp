/// \file
/// The search for the best schedule of a whole space, and how sure its answer is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/engine/performance.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/race/objective.hpp"
#include "losscast/race/polished_winner.hpp"
#include "losscast/race/posterior_doubt.hpp"
#include "losscast/race/race.hpp"
#include "losscast/space/candidates.hpp"

namespace losscast {

/// What is sought, how sure the answer is to be, and what it may cost.
struct SearchOptions {
  Objective objective;               ///< what is minimised
  std::optional<double> delta;       ///< the smallest difference that matters [nats]; by default the noise of a run
  double confidence = 0.95;          ///< of the certificate
  std::uint64_t seed = 1;            ///< of what takes paths
  std::int64_t most_paths = 65'536;  ///< of a candidate, where its value takes paths
  StopRules stop;                    ///< what the race may spend
};

/// What the first round of a race will take, by a sample of its candidates.
struct FirstRound {
  std::int64_t candidates = 0;  ///< that take part
  double path_steps = 0;        ///< of all of them, about
  double seconds = 0;           ///< likewise
};

/// Is told how a search goes.
class SearchObserver {
 public:
  virtual ~SearchObserver() = default;
  virtual void before_first_round(const FirstRound&) {}  ///< of a race that has just begun
  virtual void after_round(const RaceRound&) {}          ///< a round of the race that is over
};

/// The winner's mean at one horizon. [nats]
struct HorizonMean {
  Step steps = 0;               ///< the horizon
  double mean = 0;              ///< over all draws
  std::vector<float> of_draws;  ///< the mean in each draw
};

/// The best candidate, and how sure it is.
struct SearchResult {
  Objective objective;                      ///< as it was given
  std::int64_t winner = 0;                  ///< its number among the candidates
  double delta = 0;                         ///< [nats]
  std::string delta_source;                 ///< in words
  double confidence = 0;                    ///< as it was given
  RaceResult race;                          ///< how the others were left behind
  Selection selection;                      ///< among the finalists
  std::optional<PosteriorDoubt> posterior;  ///< where values are exact given a draw
  std::optional<PolishedWinner> polished;   ///< likewise, at one horizon
  std::vector<HorizonMean> horizons;        ///< if the space has several
  std::string objection;                    ///< why nothing is certified whatever p_selection, if that is so
  int blocks_per_segment = 0;               ///< of every schedule, in which a value is computed
  double unit_error = 0;    ///< of the difference of two exact means, by their blocks, on a sample [nats]
  Performance performance;  ///< of all evaluations
};

/// If the objective is the mean, with or without jumps, each candidate has an exact value for each parameter draw, up
/// to the error of its blocks, and the units of the race are draws. Any other objective takes paths in few blocks, and
/// the winner is certified on fresh random numbers. SearchRounds is the same search in parts. Throws InputError for a
/// barrier, for a delta that is not positive or that the blocks cannot resolve, for a confidence or a level outside (0,
/// 1), for too few paths, for several horizons if the objective takes paths, and if no candidate exists.
SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution, SearchObserver& observer);

/// The same search, which nobody watches.
SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution = {});

}  // namespace losscast
