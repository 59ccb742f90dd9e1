// The mean of the demo SDE under every schedule, to a given standard error.
#pragma once

#include <vector>

#include "bench/elementary/demo_problem.hpp"

namespace losscast::bench {

enum class DemoMethod {
  plain,         // independent paths
  antithetic,    // pairs with mirrored random numbers
  linear_noise,  // v - b C, C the linear-noise variate
  all,  // pairs, less the Hermite polynomials of degree 2 and 4 of C: what mirroring leaves is even in the noise
};
const char* demo_method_name(DemoMethod method);

struct DemoEstimate {
  std::vector<double> means, errors;  // of every schedule
  std::int64_t paths = 0;             // of the schedule that took most
  double path_steps = 0;              // of all schedules, pilot and repeated rounds included
  double reduction = 1;               // of the variance of a mean with as many paths, median over the schedules
};

// A pilot on random numbers of its own gives each schedule's coefficients, by regression, and its number of paths. A
// schedule whose error is still above the target afterwards is simulated again with more.
DemoEstimate estimate_demo(const DemoProblem& problem, DemoMethod method, double target, std::uint64_t seed);

}  // namespace losscast::bench
