#include "fit/run_deviation.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/schedule/features.hpp"

namespace losscast {

double run_deviation(const LossSde& sde, const Recipe& recipe) {
  // Nats for each factor of e, beside what the draws of the parameters say (docs/models.md, 17).
  constexpr double kOfHorizon = 1.0e-3, kOfPeak = 3.9e-3;
  const auto within = static_cast<double>(sde.noise.run_offset);
  if (within == 0) return 0;
  const auto beyond = [](double ratio) { return std::log(std::max(1.0, ratio)); };
  const double sum = lr_sums(recipe.schedule).a1;
  const double longer = kOfHorizon * beyond(sum / (sde.reference.lr * sde.reference.steps));
  const double higher = kOfPeak * beyond(recipe.peak_lr() / sde.reference.lr);
  return std::sqrt(within * within + longer * longer + higher * higher);
}

}  // namespace losscast
