// A law, what is asked of it, and how it is computed, in one value: what tests and benchmarks vary.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "losscast/engine/cost.hpp"
#include "losscast/engine/ensemble.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/precision/precision.hpp"
#include "losscast/race/search.hpp"
#include "losscast/tails/divergence.hpp"
#include "losscast/tails/expected_jumps.hpp"
#include "losscast/tails/loss_tail.hpp"
#include "losscast/tails/spike_probability.hpp"

namespace losscast::bench {

struct Experiment : LossSde, EnsembleRequest, Execution {};

// The first `count`, or all where there are fewer.
inline ParameterDraws first_draws(const ParameterDraws& draws, std::size_t count) {
  std::vector<std::vector<double>> out = draws.all();
  out.resize(std::min(count, out.size()));
  return out;
}

// Makes an experiment of a fit, with levers that are used where they help.
inline Experiment experiment_of(const Fit& fit, const Uncertainty& uncertainty = {}) {
  Experiment out;
  static_cast<LossSde&>(out) = with_draws_in_turn(make_sde(fit, uncertainty), 1);
  out.levers = kAutomaticLevers;
  return out;
}

inline EnsembleResult run(const Experiment& e) { return losscast::run(e, e, e); }
inline EnsembleWork count_work(const Experiment& e, Step block) { return losscast::count_work(e, e, e, block); }
inline EngineRates measure_rates(const Experiment& e, Step block) { return losscast::measure_rates(e, e, e, block); }
inline EngineCost estimate_cost(const Experiment& e) { return losscast::estimate_cost(e, e, e); }
inline EngineCost estimate_cost(const Experiment& e, Step block, const EngineRates& rates) {
  return losscast::estimate_cost(e, e, e, block, rates);
}
inline PreciseResult run_to_precision(const Experiment& e, const PrecisionGoal& goal) {
  return losscast::run_to_precision(e, e, e, goal);
}
inline std::vector<Divergence> divergence(const Experiment& e, const TailEffort& effort = {}) {
  return losscast::divergence(e, e, e.threads, effort);
}
inline std::vector<double> spike_probability(const Experiment& e) {
  return losscast::spike_probability(e, e, e.threads);
}
inline std::vector<ExpectedJumps> expected_jumps(const Experiment& e) {
  return losscast::expected_jumps(e, e, e.threads);
}
inline std::vector<TailEstimate> exceedance(const Experiment& e, double loss, const TailEffort& effort = {}) {
  return losscast::exceedance(e, e, e, loss, effort);
}
inline std::vector<LossTail> loss_tail(const Experiment& e, double probability, const TailEffort& effort = {}) {
  return losscast::loss_tail(e, e, e, probability, effort);
}

inline SearchResult search(const CandidateList& candidates, const Experiment& e, SearchOptions options) {
  options.seed = e.seed;
  return losscast::search(candidates, e, options, e);
}

}  // namespace losscast::bench
