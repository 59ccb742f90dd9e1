// Logs that are averages where the manifest says something else of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "fit/fit_problem.hpp"

namespace losscast {

// What the rows of some logs may be: with it the law comes much nearer to them.
struct AveragedLogs {
  std::vector<std::string> curves;  // their names
  Step mean_over = 0;               // the mean over so many updates until its step; 0: it is no such mean
  double ema = 0;                   // an exponential moving average of rows with this weight; 0: it is none
  double said_ema = 0;              // the weight of which the manifest says so; 0: it says none
  double rms = 0;                   // root mean square of their residuals [nats]
  double rms_averaged = 0;          // what it would be
};

// Searches the minimum again for averages of several lengths, from these parameters, and tells of the best if it at
// least halves both the objective and the residuals of the curves. Curves that are fitted as means of many rows are
// taken as they are.
std::optional<AveragedLogs> find_averaged_logs(const FitProblem& problem, std::span<const double> parameters,
                                               int threads);

}  // namespace losscast
