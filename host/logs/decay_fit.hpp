// The rates of a decay as a straight line in its shape: lr = final + (peak - final) g, where g falls from 1 to 0.
#pragma once

#include <cstddef>
#include <functional>
#include <optional>

#include "logs/rate_points.hpp"

namespace losscast {

// How g depends on progress z.
struct DecayShape {
  enum class Law { linear, cosine, sqrt, power };

  Law law;
  double exponent = 1;  // of power

  double g(double z) const;
  const char* word() const;  // as the families have it
};

// The peak and the final rate that have the rates from `start` on with the least square error, and how far they may be
// off where the rates are off by their tolerances.
struct DecayFit {
  double peak, final_lr;
  double peak_error, final_error;
  double worst;  // the largest distance of a rate over its tolerance
};

// What is known before.
struct KnownRates {
  std::optional<double> peak = {}, final_lr = {};
};

constexpr std::size_t kMostFitted = 48;  // rates

// `g` is a function of the step. Of at most `most` (up to kMostFitted) of the rates, evenly spread. Nothing if too few
// lie in the decay.
std::optional<DecayFit> fit_decay(const RatePoints& rates, double start, const std::function<double(double)>& g,
                                  const KnownRates& known, std::size_t most);

}  // namespace losscast
