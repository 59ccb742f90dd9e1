// The rates of a decay as a straight line in its shape: lr = final + (peak - final) g, where g falls from 1 to 0.
#pragma once

#include <functional>
#include <optional>
#include <string>

#include "logs/rate_points.hpp"

namespace losscast {

// How g depends on progress z.
struct DecayShape {
  std::string word;     // as the families have it: linear, cosine, sqrt, power
  double exponent = 1;  // of power

  double g(double z) const;
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

// `g` is a function of the step. Of at most `most` of the rates, evenly spread. Nothing if too few lie in the decay.
std::optional<DecayFit> fit_decay(const RatePoints& rates, double start, const std::function<double(double)>& g,
                                  const KnownRates& known, std::size_t most);

}  // namespace losscast
