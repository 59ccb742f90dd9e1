/// \file
/// What the layers of a small language model do to signals and gradients, before training and in it.
#pragma once

#include <vector>

#include "losscast/train/language_settings.hpp"

namespace losscast {

/// Of one layer, measured in the network that is trained.
struct LayerStretch {
  double deviation = 0;  ///< s_x: root mean square of what enters it
  double attention = 0;  ///< spectral norm of dx'/dx, of one whole sequence
  double ffn = 0;        ///< that of dy/dx', mean over the tokens of this sequence
  double gradient = 0;   ///< norm of the gradient of a batch's mean loss by what enters it
};

/// Of a network.
struct TransformerNorms {
  std::vector<LayerStretch> layers;  ///< the first layer first
  double last_gradient = 0;          ///< norm of the gradient by what leaves the last layer
};

/// Measures the network of a run after so many of its updates, at the batch of the next one. Norms are of exact
/// Jacobians, which come back from d_model times the number of tokens gradients at once. Throws as train() does.
/// Precondition: fewer updates than the schedule has.
TransformerNorms transformer_norms(const LanguageSettings& settings, Step updates = 0);

}  // namespace losscast
