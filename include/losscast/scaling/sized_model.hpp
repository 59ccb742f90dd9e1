/// \file
/// The models of a family: their sizes, and the losses measured while they were trained.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace losscast {

/// Width and depth of a transformer.
struct ModelShape {
  double width = 0;  ///< of the residual stream
  double depth = 0;  ///< layers

  /// The shapes are the same.
  bool operator==(const ModelShape&) const = default;
};

/// A loss measured during training.
struct Checkpoint {
  double tokens = 0;  ///< trained on so far
  double loss = 0;    ///< [nats per token]
  int rows = 1;       ///< how many checkpoints of a log it stands for
};

/// One model of a family.
struct SizedModel {
  std::string name;                      ///< as messages call it: "1.3e9", or "1.3e9 (2)" for the second of that size
  double params = 0;                     ///< its size
  std::optional<ModelShape> shape = {};  ///< where it is known
  std::vector<Checkpoint> checkpoints;   ///< tokens ascend
};

/// The checkpoints of each model from `share` of its last one's tokens on. Precondition: 0 <= share < 1.
std::vector<SizedModel> without_beginning(std::span<const SizedModel> models, double share);

/// The checkpoints at more tokens than these; models that have none are left out.
std::vector<SizedModel> above_tokens(std::span<const SizedModel> models, double tokens);

/// The models with no more than about `most` checkpoints each: the checkpoints of a model that has more are put
/// together, where they lie in the same of `most` equal parts of its ln(tokens). What takes their place has the
/// geometric means of their tokens and losses, and all their rows. Precondition: most >= 2.
std::vector<SizedModel> thinned(std::span<const SizedModel> models, int most);

/// The models split by size: smaller than `params`, and the rest.
struct SizeSplit {
  std::vector<SizedModel> smaller;  ///< to fit
  std::vector<SizedModel> rest;     ///< to forecast
};

/// Splits the models at a size. Throws InputError if either part is empty.
SizeSplit split_at(std::span<const SizedModel> models, double params);

/// The largest size. Precondition: there is a model.
double largest_size(std::span<const SizedModel> models);

}  // namespace losscast
