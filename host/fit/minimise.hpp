// The least-squares problem of a fit, solved from one start.
#pragma once

#include <span>
#include <vector>

#include "fit/observations.hpp"

namespace losscast {

inline constexpr double kHuberDelta = 1e-3;  // of log residuals; as the published laws are fitted

// Weight of a prior's squared deviation against squared log residuals. kHuberDelta^2 says: a prior counts like a
// residual of that size. Chosen as the largest power of ten that leaves no trace on well-determined parameters.
inline constexpr double kPriorWeight = kHuberDelta * kHuberDelta;

struct Minimum {
  std::vector<double> parameters;
  double cost = 0;  // infinite if the search failed; else sum of Huber(log residual) + kPriorWeight / 2 x sum of
                    // squared prior deviations
};

// Searches a minimum from `start`, in which parameters that the loss is linear in are solved for first.
Minimum minimise(const SdeModel& model, std::span<const Observations> observations, std::vector<double> start);

// Every combination of the parameters' two starting values.
std::vector<std::vector<double>> starts(const SdeModel& model);

// Log residuals ln measured - ln law at the parameters, curve after curve, and, if asked for, their derivatives by the
// search coordinates, row by row.
void log_residuals(const SdeModel& model, std::span<const Observations> observations,
                   std::span<const double> parameters, std::vector<double>& residuals, std::vector<double>* jacobian);

}  // namespace losscast
