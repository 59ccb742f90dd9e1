/// \file
/// What a run of training is made of: the network's shape, the optimiser, and the values of its layers.
#pragma once

#include <cstdint>

#include "losscast/width/transfer.hpp"

namespace losscast {

/// A perceptron with tanh units. Its matrices are one from the inputs to the first hidden units, `hidden` between
/// layers of hidden units, and one from these to the outputs, which are linear. No biases.
struct NetworkShape {
  int inputs = 16;  ///< of an example
  int width = 64;   ///< hidden units of each layer
  int hidden = 1;   ///< matrices between hidden layers
  int outputs = 1;  ///< of the network
};

/// How K-FAC, FOOF and Shampoo get their dampings. A and B are means over the batch.
enum class DampingRule {
  given,      ///< they are LayerValues::damping
  heuristic,  ///< K-FAC alone: rho_A = sqrt(rho) pi, rho_B = sqrt(rho)/pi, pi^2 = (tr A/dim A)/(tr B/dim B)
  trace,      ///< rho tr A, rho tr B; of Shampoo rho |G|^2; so that no exponent is needed
};

/// Adam's own settings.
struct AdamSettings {
  double beta1 = 0.9;       ///< decay of the mean gradient in a step
  double beta2 = 0.95;      ///< decay of the mean squared gradient in a step
  double weight_decay = 0;  ///< W falls by lr weight_decay W in a step, apart from the gradient
};

/// One run.
struct TrainingSettings {
  NetworkShape shape = {};                        ///< of the network
  Optimiser optimiser = Optimiser::sgd;           ///< of all matrices
  NetworkValues values = {};                      ///< of the matrices by role
  DampingRule damping_rule = DampingRule::given;  ///< with a rule other than `given`, rho is the first damping
  AdamSettings adam = {};                         ///< read with Optimiser::adam
  int batch = 32;                                 ///< examples of a step
  int steps = 100;                                ///< updates
  std::uint64_t seed = 0;                         ///< of weights and examples
};

}  // namespace losscast
