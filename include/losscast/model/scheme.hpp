/// \file
/// How a path crosses one block of optimiser steps.
#pragma once

namespace losscast {

/// How the SDE is discretised in time.
enum class Scheme {
  /// Euler-Maruyama in every state. First order in the block's length for means and variances, unstable once
  /// a hill's rate x clock time of a block reaches 2.
  euler,
  /// Hills move by their exact conditional mean and variance (Gaussian shape), and the river by its exact law. The
  /// step-size error that remains comes from taking the effective LR inside a block as a straight line, and the weight
  /// norm at the block's middle.
  exact_moments,
};

}  // namespace losscast
