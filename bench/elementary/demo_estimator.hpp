// The mean of the demo SDE under every schedule, to a given standard error.
#pragma once

#include <vector>

#include "demo_problem.hpp"

namespace losscast::bench {

enum class DemoMethod {
  plain,         // independent paths
  antithetic,    // pairs with mirrored random numbers
  linear_noise,  // v - b C, C the linear-noise variate
  all,           // pairs, less b (C^2 - E C^2): what mirroring leaves is even in the noise
};
const char* demo_method_name(DemoMethod method);

struct DemoEstimate {
  std::vector<double> means, errors;  // of every schedule
  std::int64_t paths = 0;             // of the answer, and of the pilot and abandoned rounds
  double path_steps = 0;
  double reduction = 1;  // of the variance of a mean with as many paths, median over the schedules
};

// From a pilot on random numbers of its own come the coefficients b (by regression, a schedule each) and the number of
// paths. Where the error is still above the target, more paths follow.
DemoEstimate estimate_demo(const DemoProblem& problem, DemoMethod method, double target, std::uint64_t seed);

}  // namespace losscast::bench
