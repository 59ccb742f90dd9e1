/// \file
/// Fitting a loss SDE to measured curves.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "losscast/fit/curve.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/fit/fit_options.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

/// Minimises the objective of docs/models.md, a robust distance of law and measured losses plus priors, from several
/// starts, then samples the posterior by Markov chains and estimates the noise parameters from the
/// residuals. Points logged before the end of a run's warm-up and shortly after it are left out (Curve::steps_from).
/// Throws InputError if there is no curve, or fewer points than parameters, or if a run's recipe has a change that the
/// model does not follow; or, with the curve's name, if units cannot be meant: a peak LR 100 times the others' or a
/// hundredth of them, an LR and a weight decay that do not go together; or, with "priors.NAME", if the model has no
/// parameter of that name or does not allow the prior's centre.
Fit fit_model(std::span<const Curve> curves, const SdeModel& model, const FitOptions& options = {});

/// The fitted noise-free law of a run at the given steps (ascending, each within the run). `weight_decay` is that of a
/// recipe that does not say its own. Throws InputError if the recipe has a change that the fit's model does not follow,
/// or an LR and a weight decay that do not go together.
std::vector<double> fitted_law(const Fit& fit, const Recipe& recipe, double weight_decay, std::span<const Step> steps);

/// The same as some points of a curve would measure it: where their losses are means over steps (Curve::mean_over), the
/// law's means over the same steps.
std::vector<double> fitted_law(const Fit& fit, const Curve& curve, std::span<const CurvePoint> points);

/// Values of the fitted parameters in the model's order.
std::vector<double> parameter_values(const Fit& fit);

}  // namespace losscast
