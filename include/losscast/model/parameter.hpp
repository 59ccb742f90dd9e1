// What a model's parameter is: for the fit, for messages, for the documentation.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace losscast {

// A normal prior on the parameter, or on its logarithm where the scale is logarithmic.
struct Prior {
  double mean;
  double standard_deviation;
};

struct ModelParameter {
  enum class Scale { linear, log };
  std::string_view name;
  std::string_view unit;
  std::string_view meaning;
  double lower, upper;  // in the parameter's own unit, both allowed
  Scale scale;          // in which it is searched, and in which its posterior is taken as normal
  // Where a fit starts from. Without: the loss is linear in the parameter, and each start solves for it.
  std::optional<std::array<double, 2>> starts = {};
  std::optional<Prior> prior = {};
};

// How the effective LR x follows from the LR: x = (eta / ref)^lr_power / sqrt(n), hills' levels go as x^level_power.
struct EffectiveLr {
  enum class WeightNorm {
    none,   // n = 1
    adamw,  // n' = n + 2 lambda_wd eta (eta / ref - n) each update, n(0) = n0
  };
  double lr_power;
  double level_power;
  WeightNorm weight_norm;
};

}  // namespace losscast
