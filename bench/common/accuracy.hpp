// Scores of laws on the public test curves: each curve's, averaged.
#pragma once

#include <span>

#include "bench/common/multi_power_law.hpp"
#include "bench/common/public_curves.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/fit/score.hpp"

namespace losscast::bench {

Score score_published(const MultiPowerLaw& law, std::span<const PublicCurve> curves);
Score score_fit(const Fit& fit, std::span<const PublicCurve> curves);

}  // namespace losscast::bench
