/// \file
/// How a fit is made.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "losscast/fit/curve.hpp"
#include "losscast/fit/given_prior.hpp"
#include "losscast/fit/known_parameters.hpp"
#include "losscast/model/reference.hpp"

namespace losscast {

/// How a fit is made.
struct FitOptions {
  std::uint64_t seed = 0;                     ///< of the draws
  int threads = 0;                            ///< of the CPU; 0: all cores
  std::vector<GivenPrior> priors = {};        ///< in place of the model's own, each parameter once
  std::optional<KnownParameters> known = {};  ///< in place of the priors of these parameters
  std::optional<Reference> reference = {};    ///< the scales that the law is in; without: those of the curves
  /// Whether draws are narrower where the law meets the curves better than it meets public ones. Without, they say what
  /// such curves tell of other ones that the law may meet less well.
  bool narrowed = true;
  /// Is told before the search how many seconds the fit will take, about, if it is set.
  std::function<void(double seconds)> before_search = {};
  /// Runs of other model sizes, from which `known` is: warnings and the ranges seen are of them, too. They must outlive
  /// the call.
  std::span<const Curve> others = {};
};

}  // namespace losscast
