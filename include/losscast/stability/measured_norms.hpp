/// \file
/// Norms of the Jacobians of random layers, measured beside their bounds.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "losscast/stability/activation.hpp"
#include "losscast/stability/architecture.hpp"

namespace losscast {

/// How norms are measured.
struct MeasureOptions {
  int draws = 16;                            ///< of all weights and inputs
  int widest = 48;                           ///< d_model is at most this; see measured_norms()
  int tokens = 16;                           ///< of a sequence
  Activation activation = Activation::relu;  ///< of feed-forward sub-layers
  std::optional<int> first_layers = {};      ///< only so many; without: all
  std::uint64_t seed = 0;                    ///< of weights and inputs
  int threads = 0;                           ///< of the CPU; 0: all cores
};

/// The norms of one sub-layer's Jacobian over draws.
struct NormSample {
  double bound = 0;    ///< that of the same layer
  double mean = 0;     ///< over draws
  double largest = 0;  ///< of all draws
  int exceeding = 0;   ///< draws above the bound
};

/// Of the layers that were measured, the first layer first.
struct MeasuredNorms {
  int draws = 0;                           ///< of each layer
  int d_model = 0;                         ///< at which was measured
  std::vector<NormSample> ffn = {};        ///< |dy/dx'|
  std::vector<NormSample> attention = {};  ///< |dx'/dx|, of a whole sequence
  NormSample heads = {};                   ///< |J^Z|, which is the same for all layers before normalised inputs
};

/// Draws weights and inputs, normal with the architecture's deviations, and measures the norms of the exact Jacobians
/// by Lanczos' method. A model wider than `widest` is stood for by one of that width whose weights are larger by
/// sqrt(d_model/widest), so that sqrt(d) times each deviation, on which the bounds rest, is the same; so is the input's
/// deviation in each layer. Inputs have exactly that deviation. The same weights serve all layers, which differ in
/// their inputs' deviations. Precondition: a checked architecture; draws, widest, tokens >= 1.
MeasuredNorms measured_norms(const Architecture& architecture, const MeasureOptions& options);

}  // namespace losscast
