/// \file
/// What a search is asked for, and what it finds.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "losscast/engine/performance.hpp"
#include "losscast/race/objective.hpp"
#include "losscast/race/polished_winner.hpp"
#include "losscast/race/posterior_doubt.hpp"
#include "losscast/race/race.hpp"
#include "losscast/space/divergence_cost.hpp"

namespace losscast {

/// What is sought, how sure the answer is to be, and what it may cost.
struct SearchOptions {
  Objective objective;               ///< what is minimised
  DivergenceCost divergence_cost;    ///< what is added to the objective; by default nothing
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
  double p_diverge = 0;         ///< P(diverge), where it has a cost; else 0
  double weighed_mean = 0;      ///< the mean with what divergence adds to it
  std::vector<float> of_draws;  ///< the same in each draw
};

/// The best candidate, and how sure it is.
struct SearchResult {
  Objective objective;                      ///< as it was given
  double divergence_cost = 0;               ///< what a run that diverges cost beside it [nats]
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

}  // namespace losscast
