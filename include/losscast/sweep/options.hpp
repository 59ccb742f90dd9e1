/// \file
/// How a sweep is computed, and who is told how it goes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "losscast/engine/cost.hpp"
#include "losscast/engine/execution.hpp"
#include "losscast/engine/levers.hpp"
#include "losscast/model/scheme.hpp"
#include "losscast/precision/precision.hpp"
#include "losscast/race/search_result.hpp"
#include "losscast/sweep/result.hpp"

namespace losscast {

/// Is told how a sweep goes.
class SweepObserver : public SearchObserver {
 public:
  virtual void before_ranking(std::size_t) {}      ///< how many candidates will be simulated and ranked
  virtual void before_race(std::int64_t) {}        ///< how many candidates will race
  virtual void before_run(const EnsembleWork&) {}  ///< the work of the ranking, and the memory that everything takes
  virtual void expects(double) {}                  ///< the seconds that the ranking will take, about; 0 for few
  virtual void before_bands(std::size_t) {}        ///< how many candidates will be simulated once more
  virtual void after_probe(const Probe&) {}        ///< what a race for one number of steps found
  virtual void before_candidates(std::int64_t) {}  ///< from how many points of the space candidates will be made
};

/// How a sweep is computed.
struct SweepOptions {
  Execution execution;                    ///< where it runs
  Scheme scheme = Scheme::exact_moments;  ///< by which paths cross a block
  std::optional<Step> block;              ///< optimiser steps a block; by default chosen
  Levers levers = kAutomaticLevers;       ///< of the ranking
  PrecisionGoal goal;  ///< a candidate gets config.paths at most then; its stop rules are the race's, if there is one
  SweepObserver* observer = nobody();  ///< who is told; never null

  /// An observer that does nothing.
  static SweepObserver* nobody() {
    static SweepObserver quiet;
    return &quiet;
  }
};

}  // namespace losscast
