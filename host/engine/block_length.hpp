// How many optimiser steps a block may take.
#pragma once

#include <span>

#include "losscast/engine/request.hpp"
#include "losscast/engine/result.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// Schedules of a request that are checked, beside two extreme ones.
inline constexpr std::size_t kCheckedSchedules = 12;

// Jumps that a block has at the peak LR at most, unless one update has more. The jumps of a block are drawn as one:
// their mean is right, and so is how often there are none, while the variance is (a / 2) coth(a / 2) times that of the
// law, where a are expected: 1.005 times at this number.
inline constexpr double kMostJumpsOfABlock = 0.25;

// The largest fall of the LR from one step to the next where a segment ends.
double steepest_fall(const Recipe& recipe);

// The blocks of m steps that the engine crosses up to `end`, cut where something is recorded.
std::vector<Step> block_edges(Step m, Step end, std::span<const Step> cuts);

// How far blocks of m steps move the mean and the standard deviation of the loss at these parameters, by the exact
// recursions of the scheme against those of the SDE, for one schedule. The draws do not matter.
StepError step_error(const LossSde& sde, Scheme scheme, std::span<const double> parameters, const Recipe& recipe,
                     Step m);

// The request's block length if it has one, else the longest power of two, up to kLongestBlock, that keeps both errors
// below half of kStepBiasLimit, and that at the end below `at_end`, on a sample of the request's schedules, and has no
// more than kMostJumpsOfABlock; or one step where there is a barrier; with the error found. Throws InputError for a
// length at which Euler-Maruyama is unstable.
StepError choose_block(const LossSde& sde, const PathRequest& request, int threads, double at_end = kStepBiasLimit / 2);

}  // namespace losscast
