/// \file
/// What other runs say of a model's parameters.
#pragma once

#include <string>
#include <vector>

namespace losscast {

/// A normal distribution of some parameters together, or of their logarithms where their scale is logarithmic. It takes
/// the place of these parameters' own priors.
struct KnownParameters {
  std::vector<std::string> names;              ///< of parameters of the model, each once
  std::vector<double> mean;                    ///< of each
  std::vector<std::vector<double>> precision;  ///< the inverse of the covariance, symmetric and positive definite
};

}  // namespace losscast
