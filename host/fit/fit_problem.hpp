// What a fit searches: the training curves, and the model's parameters with the bounds, starts and priors that these
// runs give them.
//
// Parameters are searched in coordinates: the logarithm of those whose scale is logarithmic, without those that the
// runs cannot determine, which are fixed.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "fit/observations.hpp"
#include "losscast/fit/curve.hpp"
#include "losscast/fit/disowned_rows.hpp"
#include "losscast/fit/fit_options.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

// What is known of some coordinates together: root x (coordinates - mean) is standard normal.
struct JointPrior {
  std::vector<std::size_t> coordinates;
  std::vector<double> mean;
  std::vector<std::vector<double>> root;  // its rows
};

struct FitProblem {
  const SdeModel* model;
  Reference reference;
  std::vector<ModelParameter> parameters;   // in the model's order
  std::vector<std::size_t> searched;        // positions of those that are not fixed, ascending
  std::vector<Observations> observations;   // of the curves
  std::vector<DisownedRows> disowned = {};  // that no observations hold
  std::optional<JointPrior> joint = {};     // in place of the priors of these parameters
  double residual_scale = 6e-3;             // beyond which a residual counts as an outlier [nats], see objective.hpp

  // The parameter of a coordinate.
  const ModelParameter& parameter_of(std::size_t coordinate) const { return parameters[searched[coordinate]]; }
  std::size_t points() const;                    // of all curves
  bool has_prior(std::size_t coordinate) const;  // of its own, or together with others
};

// The scales of some runs, as far as they were logged. Throws InputError if no LR is above zero.
Reference reference_of(std::span<const Curve> curves);

// Throws InputError, with the curve's name, if a recipe has a change that the model does not follow. The curves must
// outlive the problem. Its priors are as check_priors() accepts them.
FitProblem make_problem(std::span<const Curve> curves, const SdeModel& model, const FitOptions& options = {});

// Finds the junk (junk_rows.hpp) among the points that make_problem() took, by the law at these parameters, and leaves
// it out of the observations. Returns whether it is other rows than before.
bool disown_junk(FitProblem& problem, std::span<const double> parameters);

// Some runs obey the law from the end of their warm-up on: those of which all points until then lie within 0.02 nats of
// the law at these parameters but for junk. Takes their early points, too, without the junk, and returns whether there
// are any.
bool take_early_points(FitProblem& problem, std::span<const double> parameters);

std::vector<double> to_coordinates(const FitProblem& problem, std::span<const double> parameters);
// All parameters, each within its bounds.
std::vector<double> from_coordinates(const FitProblem& problem, std::span<const double> coordinates);

// Residuals measured - law at the parameters [nats], curve after curve, and, if asked for, their derivatives by the
// coordinates, row by row.
void law_residuals(const FitProblem& problem, std::span<const double> parameters, std::vector<double>& residuals,
                   std::vector<double>* jacobian = nullptr);

// The same for one run.
void law_residuals(const FitProblem& problem, const Observations& run, std::span<const double> parameters,
                   std::vector<double>& residuals, std::vector<double>* jacobian = nullptr);

}  // namespace losscast
