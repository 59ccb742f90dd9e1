/// \file
/// What a model's parameter is: for the fit, for messages, for the documentation.
#pragma once

#include <array>
#include <optional>
#include <string_view>

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
  std::string_view unit;     ///< such as "nats" or "1/clock"; "1" without one
  std::string_view meaning;  ///< in words
  double lower;              ///< least value that is allowed, in the parameter's own unit
  double upper;              ///< largest
  Scale scale;               ///< of search and posterior
  /// Where a fit starts from. Without: the loss is linear in the parameter, and each start solves for it.
  std::optional<std::array<double, 2>> starts = {};
  /// What is known of the parameter before the fit.
  std::optional<Prior> prior = {};
};

/// How the effective LR x follows from the LR: x = (eta / ref)^lr_power / sqrt(n), hills' levels go as x^level_power.
struct EffectiveLr {
  /// How the squared weight norm n moves.
  enum class WeightNorm {
    none,   ///< n = 1
    adamw,  ///< n' = n + 2 lambda_wd eta (eta / ref - n) each update, n(0) = n0
  };
  double lr_power;         ///< p
  double level_power;      ///< q
  WeightNorm weight_norm;  ///< that x is divided by, as its square root
};

}  // namespace losscast
