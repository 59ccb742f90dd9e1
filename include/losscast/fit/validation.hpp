/// \file
/// How far a fit can be trusted, by leaving runs out of it and forecasting them.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "losscast/fit/curve.hpp"
#include "losscast/fit/folds.hpp"
#include "losscast/fit/held_out_score.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

/// How a validation is made.
struct ValidationOptions {
  std::vector<Grouping> groupings = {std::begin(kGroupings), std::end(kGroupings)};  ///< what to leave out, each once
  int threads = 0;                      ///< of the CPU; 0: all cores. The results do not depend on them
  std::vector<GivenPrior> priors = {};  ///< of every fit, as in FitOptions
  /// Is told once, before the first fit, about how many seconds all of them will take, if it is set.
  std::function<void(double seconds)> before_fits = {};
};

/// A fold with what came of it.
struct JudgedFold {
  Fold fold;                     ///< what was left out
  std::vector<HeldOutRun> runs;  ///< the forecasts of what was left out, in the order of fold.left_out
};

/// All folds of one way of leaving runs out.
struct GroupingResult {
  Grouping grouping = Grouping::curve;  ///< what each group has in common
  std::vector<JudgedFold> folds;        ///< at least one; HeldOutRun::fold is the place here
  HeldOutScore score;                   ///< over all of them
};

/// What leaving runs out has shown.
struct Validation {
  std::vector<GroupingResult> groupings;  ///< those with a fold, in the order that was asked for
  std::vector<SkippedFold> skipped;       ///< what could not be left out, or not be fitted without
  std::size_t fits = 0;                   ///< that were made: folds that fit the same runs share one
};

/// So many logged points make the measured end of a run.
inline constexpr std::size_t kEndPoints = 3;

/// Fits `model` to the training runs of each fold (make_folds()) and forecasts what was left out. The end of a run is
/// its last logged step. The loss measured there is the mean of the last three points that judge the fit, or of as many
/// as there are, each carried to the end along the fitted law; its forecast is forecast_at(), with the observation
/// noise of a mean of so many points. Folds run side by side. A fold whose fit or forecast is impossible is skipped
/// with the reason. Throws InputError if no group at all can be left out; if every fit is impossible, the error of the
/// first; and if units or priors cannot be meant, as fit_model() does. Preconditions: there are curves, each with
/// points, and groupings.
Validation validate(std::span<const Curve> curves, const SdeModel& model, const ValidationOptions& options = {});

}  // namespace losscast
