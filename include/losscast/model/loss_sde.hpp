// What the loss of a run obeys: a model with its parameters, noise and spikes. Functions that forecast take this beside
// what they are asked.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <utility>
#include <vector>

#include "losscast/model/model.hpp"
#include "losscast/model/spikes.hpp"

namespace losscast {

// Draws of a model's parameters from their posterior, [draw][parameter] in the model's order and the parameters' units.
// A value that never changes and is shared by its copies, which therefore cost nothing.
class ParameterDraws {
 public:
  ParameterDraws() : draws_(std::make_shared<const Draws>()) {}
  ParameterDraws(std::vector<std::vector<double>> draws) : draws_(std::make_shared<const Draws>(std::move(draws))) {}
  ParameterDraws(std::initializer_list<std::vector<double>> draws) : draws_(std::make_shared<const Draws>(draws)) {}

  std::size_t size() const { return draws_->size(); }
  bool empty() const { return draws_->empty(); }
  const std::vector<double>& operator[](std::size_t draw) const { return (*draws_)[draw]; }
  const std::vector<double>& front() const { return draws_->front(); }
  auto begin() const { return draws_->begin(); }
  auto end() const { return draws_->end(); }
  const std::vector<std::vector<double>>& all() const { return *draws_; }

 private:
  using Draws = std::vector<std::vector<double>>;
  std::shared_ptr<const Draws> draws_;
};

// `count` of them, or all if there are fewer, spread evenly.
template <class Draw>
std::vector<Draw> spread(const std::vector<Draw>& draws, std::size_t count) {
  if (draws.size() <= count) return draws;
  std::vector<Draw> some;
  for (std::size_t i = 0; i < count; ++i) some.push_back(draws[i * draws.size() / count]);
  return some;
}

struct LossSde {
  const SdeModel* model = nullptr;
  double ref_lr = 0;        // the clock's unit [LR]
  double weight_decay = 0;  // of a run whose recipe does not say its own
  ParameterDraws draws;     // a path takes one of them
  PathNoise noise;
  Spikes spikes;
};

// The same law without what makes its paths differ: no noise and no spikes.
inline LossSde without_noise(LossSde sde) {
  sde.noise = {};
  sde.spikes = {};
  return sde;
}

}  // namespace losscast
