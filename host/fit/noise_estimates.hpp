// The noise parameters of a fit, from its residuals or by default.
#pragma once

#include <span>

#include "fit/observations.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// Standard deviation of a run's constant offset, nats: repeated public runs differ by 0.0013, hills explain the rest.
inline constexpr double kDefaultRunOffset = 1e-3;

// `log_residuals`: ln measured - ln law, curve after curve. Methods and defaults: docs/models.md, "Noise".
Noise estimate_noise(const SdeModel& model, std::span<const Observations> observations,
                     std::span<const double> parameters, std::span<const double> log_residuals);

}  // namespace losscast
