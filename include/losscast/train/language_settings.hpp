/// \file
/// What the training of a small language model is made of.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "losscast/schedule/schedule.hpp"
#include "losscast/stability/architecture.hpp"
#include "losscast/train/training_settings.hpp"

namespace losscast {

/// A source of tokens, of which the best possible loss is known. A sequence keeps to one of several Markov chains, its
/// topic, which its tokens do not name: whoever predicts the next one must gather it from all that came before. With
/// a_w, b_v and c_k normal vectors of `rank` entries, the same ones for every seed,
///
///     P(w after v | topic k) ~ exp(gain a_w . (b_v + c_k)/sqrt(2 rank))
struct SourceSettings {
  int vocabulary = 64;  ///< tokens that there are
  int topics = 4;       ///< chains, all equally probable
  int rank = 8;         ///< of the matrices of log probabilities: a model with fewer dimensions cannot have them
  double gain = 2;      ///< standard deviation of the log probabilities before they are normalised; 0 to kLargestGain
};

/// The largest gain that is taken for meant.
inline constexpr double kLargestGain = 20;

/// Where the values of a run were found, if not at its own width.
struct ValuesFoundAt {
  int d_model = 0;                                                 ///< at least 2; d_ffn is in proportion
  Parameterisation parameterisation = Parameterisation::standard;  ///< by which they are carried to the run's d_model
};

/// One run of a transformer without biases, gains or positions: a matrix of embeddings, residual layers of causal
/// self-attention and feed-forward sub-layers with ReLU, a LayerNorm if the layers are pre-norm, and a matrix to the
/// logits, which is drawn as W_V is.
struct LanguageSettings {
  Architecture architecture = {};         ///< of the network, with its initial weights and embeddings
  SourceSettings source = {};             ///< of the tokens
  Schedule schedule;                      ///< the LR of each update, of all matrices
  Optimiser optimiser = Optimiser::adam;  ///< any but K-FAC
  std::vector<double> damping = {1e-8};   ///< of the optimiser, as LayerValues has it
  AdamSettings adam = {};                 ///< read with Optimiser::adam
  double largest_gradient = 1;            ///< the norm to which gradients above it are clipped; infinity: none is
  /// Without: initial deviations and LR are those of the architecture and the schedule. With it they are so at that
  /// width, and carried from there by transferred(): embeddings are the input layer, the logits' matrix is the output
  /// layer, and all others are hidden ones. The damping stays.
  std::optional<ValuesFoundAt> found_at = {};
  int tokens = 32;         ///< predicted in a sequence
  int batch = 8;           ///< sequences of a step
  std::uint64_t seed = 0;  ///< of weights and sequences
};

}  // namespace losscast
