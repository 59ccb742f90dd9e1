/// \file
/// A measured loss curve together with the recipe that produced it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "losscast/fit/given_prior.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// A logged point of a loss curve.
struct CurvePoint {
  Step step;    ///< after this many updates
  double loss;  ///< nats per token
};

/// A run: what was logged, and how it was trained.
struct Curve {
  std::string name;                        ///< by which commands and messages call it
  std::filesystem::path file;              ///< that the points were read from
  Recipe recipe;                           ///< of the whole run, also where it is logged only from a branch on
  std::vector<CurvePoint> points;          ///< ascending steps, finite positive losses, steps <= recipe.total_steps()
  std::string optimizer = "adamw";         ///< as the manifest names it
  double weight_decay = 0.1;               ///< decoupled, as AdamW's; where the recipe says none
  std::optional<double> params = {};       ///< the model's size: number of parameters
  std::optional<double> initial_rms = {};  ///< root mean square of the initial weight matrices
  std::optional<Step> steps_from = {};     ///< the first step that a fit takes; without, it chooses
  std::string branch_of = {};              ///< the run that this one continues, if it is logged only from the branch on
  std::string family = {};                 ///< of the schedule, as the manifest names it: "wsd" whatever its cool-down

  /// What a point is, in updates: with N >= 1 the loss at step s is the mean of the training loss over the updates
  /// s - N + 1, ..., s, as trainers log it; with 0 it is the loss after update s alone. No point has step < N.
  Step mean_over = 0;

  /// The weight of the exponential moving average that the log is said to be, which reading has undone; 0: none.
  double smoothing = 0;

  bool thinned = true;  ///< whether a fit may take means of the points where they are many
};

/// The curves that a manifest names, and what it knows beside them.
struct Manifest {
  std::filesystem::path file;      ///< the manifest itself
  std::vector<Curve> curves;       ///< in the file's order, names unique
  std::vector<GivenPrior> priors;  ///< for fits to these curves, names unique

  std::vector<std::string> notes = {};          ///< what reading dropped or converted, a sentence each
  std::vector<std::string> warnings = {};       ///< what looks odd but can be used, a sentence each
  std::vector<std::string> norm_warnings = {};  ///< likewise, for models that follow the weight norm
};

}  // namespace losscast
