// The objective of a fit, and the posterior that belongs to it: one likelihood for both.
//
//     objective = 1/2 [sum h(z) + sum (3 deviation of a coordinate from its prior / its standard deviation)^2]
//     z = sqrt(100 / points of the run) (measured - law) / scale,   h(z) = z^2 for |z| <= 1, else 2 |z| - 1.
//
// Every run counts as 100 points, however often it was logged, and a point far from the law, whatever its distance,
// pulls no more than one at the scale, 6e-3 nats. The law's own misfit is what residuals are made of, and it is the
// same at neighbouring points; hence the posterior, exp(-objective / 9), in which the level of a run is known to 1.8e-3
// nats. The posterior's scale is smaller where the law meets the runs better than it meets public ones.
#pragma once

#include <span>
#include <vector>

#include "fit/fit_problem.hpp"

namespace losscast {

inline constexpr double kPointsOfRun = 100;                          // that each run counts as
inline constexpr double kPriorWeight = 3;                            // of a prior's deviations against z
inline constexpr double kTemperature = kPriorWeight * kPriorWeight;  // of the posterior

// r such that r^2 = h(z), with the sign of z, and dr / dz.
struct RobustRoot {
  double value, slope;
};
RobustRoot robust_root(double z);

// Terms r of the objective, 1/2 sum r^2: of the points, curve after curve, then of the priors; and their derivatives by
// the coordinates, row by row, if asked for. Returns whether all are finite.
bool objective_terms(const FitProblem& problem, std::span<const double> coordinates, std::vector<double>& terms,
                     std::vector<double>* jacobian = nullptr);

// How many they are.
std::size_t objective_size(const FitProblem& problem);

// Logarithm of the posterior's density in the coordinates, up to a constant; minus infinity outside the parameters'
// bounds and where there is no finite law.
double log_posterior(const FitProblem& problem, std::span<const double> coordinates);

}  // namespace losscast
