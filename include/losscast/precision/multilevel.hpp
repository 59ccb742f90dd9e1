// The mean of the final loss by multilevel Monte Carlo over block lengths (Giles 2008, 2015): most paths cross long
// blocks, and a few pairs of paths on the same random numbers say what halving the blocks changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// The mean final loss of some runs, to a given error.
struct MultilevelRequest {
  std::vector<Schedule> schedules;
  double target_error = 0;  // standard error of every mean, at most [nats]
  std::uint64_t seed = 1;
  Scheme scheme = Scheme::exact_moments;
  std::optional<Step> coarsest_block;  // by default the longest there is
};

// One level. Its quantity is, at the coarsest level, the loss in blocks of this length, and at every other one that
// loss minus the loss in blocks of twice the length. Units are antithetic pairs. Of several schedules the worst counts.
struct MultilevelLevel {
  Step block = 1;
  std::int64_t units = 0;
  double unit_steps = 0;  // block-steps of a unit, on average over the schedules
  double mean = 0;        // largest |mean| of a difference, or the coarsest mean itself [nats]
  double variance = 0;    // of a unit [nats^2]
  double kurtosis = 0;    // of a unit: large if the variance rests on a few of them
  // How far the mean of this level's long blocks is from that of the same blocks one level before, over the sum of
  // three standard errors of each.
  double consistency = 0;
};

struct MultilevelResult {
  std::vector<double> means, errors;  // of each schedule [nats]
  double bias = 0;                    // of the finest blocks, by extrapolation [nats]
  std::vector<MultilevelLevel> levels;
  std::vector<std::string> problems;  // diagnostics that failed; the means are not to be trusted unless this is empty
  std::int64_t path_steps = 0;
};

// Beyond these a level's estimates are not to be trusted (Giles 2015, section 3).
inline constexpr double kLargestKurtosis = 100;
inline constexpr double kLargestInconsistency = 1;

// What is wrong with some levels, in words.
std::vector<std::string> problems_of(const std::vector<MultilevelLevel>& levels);

// Simulates until every mean has the standard error that is asked for, and the bias of the finest blocks is below half
// of it. Throws InputError as run() does; for spikes, which blocks of different length cannot share; for a target below
// FP32 rounding; and if the coarsest block is a single step.
MultilevelResult run_multilevel(const LossSde& sde, const MultilevelRequest& request, const Execution& execution = {});

}  // namespace losscast
