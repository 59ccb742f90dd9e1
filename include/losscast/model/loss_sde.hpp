/// \file
/// What the loss of a run obeys: a model with its parameters, noise and spikes. Functions that forecast take this
/// beside what they are asked.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "losscast/model/model.hpp"
#include "losscast/model/spikes.hpp"

namespace losscast {

/// Draws of a model's parameters from their posterior, [draw][parameter] in the model's order and the parameters'
/// units. A value that never changes and is shared by its copies, which therefore cost nothing.
class ParameterDraws {
 public:
  /// No draws.
  ParameterDraws() : draws_(std::make_shared<const Draws>()) {}
  /// Draws, one a row.
  ParameterDraws(std::vector<std::vector<double>> draws) : draws_(std::make_shared<const Draws>(std::move(draws))) {}
  /// Draws, one a row.
  ParameterDraws(std::initializer_list<std::vector<double>> draws) : draws_(std::make_shared<const Draws>(draws)) {}

  /// Number of draws.
  std::size_t size() const { return draws_->size(); }
  /// Whether there is none.
  bool empty() const { return draws_->empty(); }
  /// The parameters of a draw, 0 <= draw < size().
  const std::vector<double>& operator[](std::size_t draw) const { return (*draws_)[draw]; }
  /// The parameters of draw 0, which must exist.
  const std::vector<double>& front() const { return draws_->front(); }
  /// Iterator to draw 0.
  auto begin() const { return draws_->begin(); }
  /// Iterator past the last draw.
  auto end() const { return draws_->end(); }
  /// All draws, [draw][parameter].
  const std::vector<std::vector<double>>& all() const { return *draws_; }

 private:
  using Draws = std::vector<std::vector<double>>;
  std::shared_ptr<const Draws> draws_;
};

/// The law of a run's loss, without the run's schedule.
struct LossSde {
  const SdeModel* model = nullptr;  ///< not owned: models live as long as the program
  Reference reference;              ///< the scales of the training runs
  double weight_decay = 0;          ///< of a run whose recipe does not say its own
  ParameterDraws draws;             ///< a path takes one of them
  PathNoise noise;                  ///< the same for all draws
  Spikes spikes;                    ///< off by default
};

/// The same law without what makes its paths differ: no noise and no spikes.
inline LossSde without_noise(LossSde sde) {
  sde.noise = {};
  sde.spikes = {};
  return sde;
}

}  // namespace losscast
