// How a sweep is computed, and who is told how it goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "losscast/engine/cost.hpp"
#include "losscast/engine/execution.hpp"
#include "losscast/engine/levers.hpp"
#include "losscast/model/scheme.hpp"
#include "losscast/precision/precision.hpp"
#include "losscast/race/search.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

// Is told how a sweep goes.
class SweepObserver : public SearchObserver {
 public:
  virtual void before_ranking(std::size_t) {}      // how many candidates will be simulated and ranked
  virtual void before_race(std::int64_t) {}        // how many candidates will race
  virtual void before_run(const EnsembleWork&) {}  // the work of the ranking, and the memory that everything takes
  virtual void before_bands(std::size_t) {}        // how many candidates will be simulated once more
  virtual void after_probe(const Probe&) {}        // what a race for one number of steps found
};

struct SweepOptions {
  Execution execution;
  Scheme scheme = Scheme::exact_moments;
  std::optional<Step> block;  // optimiser steps a block; by default the engine chooses it
  Levers levers = kAutomaticLevers;
  PrecisionGoal goal;  // if set, a candidate gets config.paths at most; a race takes its stop rules for itself
  std::optional<SearchProgress> from = std::nullopt;  // where the same race was interrupted
  SweepObserver* observer = nobody();

  // An observer that does nothing.
  static SweepObserver* nobody() {
    static SweepObserver quiet;
    return &quiet;
  }
};

}  // namespace losscast
