// How a path crosses one block of optimiser steps.
#pragma once

namespace losscast {

// How the SDE is discretised in time.
enum class Scheme {
  // Euler-Maruyama in every state. First order in the block's length for means and variances, unstable once
  // a hill's rate x clock time of a block reaches 2.
  euler,
  // Hills move by their exact conditional mean and variance (Gaussian shape), the river by its exact law: the only
  // step-size error left is that the effective LR is held at its average inside a block.
  exact_moments,
};

}  // namespace losscast
