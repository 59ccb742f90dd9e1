// The mean of the loss by antithetic pairs and a control variate.
#pragma once

#include <span>

#include "engine/draw_regression.hpp"
#include "losscast/engine/levers.hpp"
#include "losscast/engine/mean_sample.hpp"
#include "losscast/random/pairing.hpp"

namespace losscast {

// The sample of the mean of `values`, one of each path from `first_path` on, whose pairs and draws are as `pairing`
// says. `twins`: the noise-free loss of each of the draws, or nothing. With R the mean of a unit's paths and d its
// draw, a unit is
//   R - twin_d + mean of all twins,
// whose expectation over draws and noise is that of R (Glasserman 2003, section 4.1, with coefficient 1, as a twin and
// its path share their draw). What of that still follows from the draw's `parameters` is taken out by regression
// (draw_regression.hpp), where these are given and units are enough: Sobol draws average it out faster than independent
// ones, and the units' spread would not know. A pair that has lost a path counts the other one; twins are not used
// where paths were lost, as losing a path may depend on its draw.
MeanSample controlled_sample(std::span<const float> values, std::uint64_t first_path, Pairing pairing,
                             std::int64_t draws, std::span<const float> twins, const DrawParameters& parameters = {});

// Variance of the mean that as many independent paths without any lever would have, from one path of each unit.
double plain_variance_of_mean(std::span<const float> values, Pairing pairing, std::int64_t draws);

}  // namespace losscast
