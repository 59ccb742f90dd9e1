// What may be wrong with what a manifest says of its logs, where a fit misses them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "fit/averaged_logs.hpp"
#include "fit/fit_problem.hpp"
#include "fit/twin_curves.hpp"
#include "fit/unit_slips.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {

// A curve whose noise is anticorrelated after the smoothing that the manifest says was undone.
struct NotSmoothed {
  std::string curve;   // its name
  double said;         // the weight
  double correlation;  // of neighbouring rows' noise
};

struct LogSuspicions {
  std::vector<UnitSlip> units;
  std::vector<TwinCurves> twins;
  std::optional<AveragedLogs> averages;
  std::vector<NotSmoothed> not_smoothed;
};

// By the fit's diagnostics and disowned rows, and the residuals of the problem at its minimum. Units and averages are
// looked into only where the fit misses a curve, or undid a smoothing.
LogSuspicions suspect_logs(const FitProblem& problem, const Fit& fit, std::span<const double> parameters,
                           std::span<const double> residuals, int threads);

}  // namespace losscast
