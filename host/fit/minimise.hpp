// The minimum of a fit's objective, searched from some starts.
#pragma once

#include <vector>

#include "fit/fit_problem.hpp"

namespace losscast {

struct Minimum {
  std::vector<double> parameters;  // all of the model's
  double cost = 0;                 // the objective; infinite if the search failed
};

// Searches a minimum from `start`, in which parameters that the loss is linear in are solved for first.
Minimum minimise(const FitProblem& problem, std::vector<double> start);

// Every combination of the parameters' two starting values, where these differ.
std::vector<std::vector<double>> starts(const FitProblem& problem);

}  // namespace losscast
