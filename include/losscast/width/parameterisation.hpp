/// \file
/// The words of the room: optimisers, parameterisations, roles of layers.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace losscast {

/// How a weight matrix W is moved by the gradient G of the loss. With a layer's inputs h and the gradients g by its
/// outputs, A = E h h' and B = E g g'.
enum class Optimiser {
  sgd,      ///< G
  adam,     ///< G over the root of its mean square, entry by entry; with decay of weights or without
  shampoo,  ///< (G G')^-1/4 G (G' G)^-1/4
  kfac,     ///< B^-1 G A^-1
  foof,     ///< G A^-1
};

/// How values are chosen for a width.
enum class Parameterisation {
  standard,  ///< weights fall as 1/sqrt(width), LR and damping stay
  ntk,       ///< as standard, with the LR of networks whose weights are multiplied by 1/sqrt(width) where they are used
  mup,       ///< maximal update: every layer learns at a rate that does not depend on the width
};

/// Where a weight matrix stands. Width is the number of hidden units, M.
enum class LayerRole {
  input,   ///< M rows, columns that stay as they are
  hidden,  ///< M rows and columns
  output,  ///< M columns, rows that stay as they are
};

/// The words by which commands and results name optimisers.
inline constexpr std::pair<std::string_view, Optimiser> kOptimisers[] = {{"sgd", Optimiser::sgd},
                                                                         {"adam", Optimiser::adam},
                                                                         {"shampoo", Optimiser::shampoo},
                                                                         {"kfac", Optimiser::kfac},
                                                                         {"foof", Optimiser::foof}};
/// The words for parameterisations.
inline constexpr std::pair<std::string_view, Parameterisation> kParameterisations[] = {
    {"standard", Parameterisation::standard}, {"ntk", Parameterisation::ntk}, {"mup", Parameterisation::mup}};
/// The words for roles of layers.
inline constexpr std::pair<std::string_view, LayerRole> kLayerRoles[] = {
    {"input", LayerRole::input}, {"hidden", LayerRole::hidden}, {"output", LayerRole::output}};

/// The word of a value in one of these lists.
template <class Value, std::size_t N>
constexpr std::string_view name_in(const std::pair<std::string_view, Value> (&names)[N], Value value) {
  for (const auto& [name, meaning] : names)
    if (meaning == value) return name;
  return {};
}

}  // namespace losscast
