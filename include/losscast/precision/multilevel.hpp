/// \file
/// The mean of the final loss by multilevel Monte Carlo over block lengths (Giles 2008, 2015): most paths cross long
/// blocks, and a few pairs of paths on the same random numbers say what halving the blocks changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

/// The mean final loss of some runs, to a given error.
struct MultilevelRequest {
  std::vector<Recipe> recipes;            ///< one for each mean
  double target_error = 0;                ///< standard error of every mean, at most [nats]
  std::uint64_t seed = 1;                 ///< of all random numbers
  Scheme scheme = Scheme::exact_moments;  ///< by which paths cross a block
  std::optional<Step> coarsest_block;     ///< by default the longest there is
};

/// One level. Its quantity is, at the coarsest level, the loss in blocks of this length, and at every other one that
/// loss minus the loss in blocks of twice the length. Units are antithetic pairs. Of several schedules the worst
/// counts.
struct MultilevelLevel {
  Step block = 1;          ///< optimiser steps a block; at levels above the coarsest, of the finer of the two
  std::int64_t units = 0;  ///< that were simulated
  double unit_steps = 0;   ///< block-steps of a unit, all schedules together, over their number
  double mean = 0;         ///< largest |mean| of a difference, or the coarsest mean itself [nats]
  double variance = 0;     ///< of a unit
  double kurtosis = 0;     ///< of a unit: how much of the variance rests on a few of them
  /// |E coarse of this level - E fine of the one before| over three standard errors of each, added.
  double inconsistency = 0;
};

/// The means, and what they rest on.
struct MultilevelResult {
  std::vector<double> means;            ///< of each schedule [nats]
  std::vector<double> errors;           ///< standard errors of those [nats]
  double bias = 0;                      ///< of the finest blocks, by extrapolation [nats]
  std::vector<MultilevelLevel> levels;  ///< the coarsest first
  std::vector<std::string> problems;  ///< diagnostics that failed; the means are not to be trusted unless this is empty
  std::int64_t path_steps = 0;        ///< updates of one state that all levels took
};

/// Above this kurtosis a level's estimates are not to be trusted (Giles 2015, section 3).
inline constexpr double kLargestKurtosis = 100;
/// Above this inconsistency they are not to be trusted either.
inline constexpr double kLargestInconsistency = 1;

/// What is wrong with some levels, in words.
std::vector<std::string> problems_of(const std::vector<MultilevelLevel>& levels);

/// Simulates until every mean has the standard error that is asked for, and the bias of the finest blocks is below half
/// of it. Throws InputError as run() does; for spikes, which blocks of different length cannot share; for a target
/// below FP32 rounding; and if the coarsest block is a single step.
MultilevelResult run_multilevel(const LossSde& sde, const MultilevelRequest& request, const Execution& execution = {});

}  // namespace losscast
