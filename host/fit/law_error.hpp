// The error of a fitted law at the ends of runs, which runs of similar recipes share.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "losscast/model/loss_sde.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

// What recipes are compared by, each divided by the length over which the law's error changes.
using RecipeFeatures = std::array<double, 6>;

// The logarithms of peak LR and number of steps; mean LR and LR of the last update, relative to the peak; and the
// logarithms of the last update's weight decay and batch size, 0 where there is none.
RecipeFeatures recipe_features(const LossSde& sde, const Recipe& recipe);

// Samples of a Gaussian process over recipe_features() x with mean 0, variance 1 and correlation e^(-|x - y|^2 / 2), by
// random Fourier features (Rahimi and Recht 2007): sqrt(2 / M) times the sum of M waves cos(w x + p), of which each
// sample has its own w ~ N(0, I) and p. Runs of equal features have equal errors, which cancel in their difference.
class UnitLawError {
 public:
  // Sample i depends on the seed and i alone.
  UnitLawError(std::uint64_t seed, std::int64_t samples);

  // Precondition: the sample exists.
  double at(std::int64_t sample, const RecipeFeatures& features) const;

 private:
  static constexpr int kWaves = 8;  // a sum of so many is nearly normal at every recipe
  struct Wave {
    RecipeFeatures frequency;  // [turns]
    double phase;              // [turns]
  };
  std::vector<std::array<Wave, kWaves>> samples_;
};

}  // namespace losscast
