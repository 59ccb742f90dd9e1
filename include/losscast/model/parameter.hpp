/// \file
/// What a model's parameter is: for the fit, for messages, for the documentation.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "losscast/model/reference.hpp"

namespace losscast {

/// A normal prior on the parameter, or on its logarithm where the scale is logarithmic.
struct Prior {
  double mean;                ///< of the parameter or of its natural logarithm
  double standard_deviation;  ///< likewise
};

/// One parameter of a model.
struct ModelParameter {
  /// On which scale it is searched, and on which its posterior is taken as normal.
  enum class Scale {
    linear,  ///< of the parameter itself
    log,     ///< of its natural logarithm
  };
  std::string_view name;     ///< in files and messages
  std::string_view unit;     ///< such as "nats" or "1/horizon"; "1" without one
  std::string_view meaning;  ///< in words
  double lower;              ///< least value that is allowed, in the parameter's own unit
  double upper;              ///< largest
  Scale scale;               ///< of search and posterior
  /// Where a fit starts from. Without: the loss is linear in the parameter, and each start solves for it.
  std::optional<std::array<double, 2>> starts = {};
  /// What is known of the parameter before the fit.
  std::optional<Prior> prior = {};
  bool may_be_off = false;  ///< whether it may also be 0: what it belongs to then plays no part
  /// Whether its prior is meant to decide it where the runs say little, so that nobody need be warned of that.
  bool known_before = false;
  /// Its value where the training runs cannot determine it: such a parameter is not searched.
  std::optional<double> fixed = {};

  /// Whether a value is allowed.
  constexpr bool allows(double value) const { return (value >= lower && value <= upper) || (may_be_off && value == 0); }
};

/// What the priors, bounds and starts of a fit depend on, beside the model.
struct TrainingRuns {
  Reference reference;                ///< their scales
  double lowest_peak = 1;             ///< the lowest peak LR over the highest
  std::optional<double> initial_rms;  ///< root mean square of the initial weight matrices, if the manifest says it
};

/// How what a run does to a path follows from its LR eta, its weight decay and its batch size. With y = eta / ref, w
/// the weight decay and b the batch size over the reference's:
///
/// - effective LR x = y^lr_power / sqrt(n); an update takes the river sqrt(b) x / S of clock time, S being
///   Reference::steps, of which it counts less where the LR is high: 1 / (1 + (c y w^saturation_decay)^1.5) times
/// - an update takes the hills sqrt(b) y^lr_power n^-clock_power / S of clock time
/// - the hills' levels go as (y^lr_power n^-level_norm_power)^q b^-batch_power; q is the draw's own, near level_power
/// - the norm n goes to y w^-norm_decay, all but exp(-2 x weight decay x eta) of the way
/// - the loss is decay_bias w^2 higher, as weight decay pulls the weights aside
struct EffectiveLr {
  /// How the squared weight norm n moves.
  enum class WeightNorm {
    none,   ///< n = 1, and no saturation
    adamw,  ///< as above, n(0) = n0
  };
  double lr_power;                            ///< p
  double level_power;                         ///< of q, the value for which tables are made
  WeightNorm weight_norm;                     ///< of the model
  double clock_power = 0.5;                   ///< of n in the hills' clock
  double level_norm_power = 0.5;              ///< of n in the levels
  double batch_power = 0.5;                   ///< of the batch size in the levels
  double norm_decay = 1;                      ///< of the weight decay in what the norm goes to
  double saturation_decay = 0;                ///< of the weight decay in the saturation
  double decay_bias = 0;                      ///< of the loss [nats]
  static constexpr double kSaturation = 1.5;  ///< power of the LR in the saturation
};

}  // namespace losscast
