#include "bench/common/multi_power_law.hpp"

#include <cmath>
#include <string>

#include "losscast/base/error.hpp"

namespace losscast::bench {

const MultiPowerLaw& published_parameters(std::string_view size) {
  static const MultiPowerLaw k25M{3.04045406, .52468604, .50786857, 363.78751622, 2.06560812, .58279013, .64142257};
  static const MultiPowerLaw k100M{2.6514477, .60115152, .45295811, 437.9464276, 2.13245612, .59785199, .65523644};
  static const MultiPowerLaw k400M{2.37474466, .65421216, .42878731, 523.42464371, 2.02462735, .59350493, .63472457};
  if (size == "25M") return k25M;
  if (size == "100M") return k100M;
  if (size == "400M") return k400M;
  throw InputError("there are no published parameters for the size " + std::string(size),
                   "the paper fits 25M, 100M and 400M", "choose one of those");
}

std::vector<double> published_lrs(const Schedule& schedule, Step warmup_steps) {
  std::vector<double> lrs(static_cast<std::size_t>(schedule.total_steps()));
  schedule.fill(0, lrs);
  for (Step s = 0; s < warmup_steps; ++s)
    lrs[static_cast<std::size_t>(s)] =
        schedule.peak_lr() * static_cast<double>(s) / static_cast<double>(warmup_steps - 1);
  return lrs;
}

std::vector<double> multi_power_law(const MultiPowerLaw& law, std::span<const double> lrs,
                                    std::span<const Step> steps) {
  std::vector<double> sums(lrs.size() + 1, 0.0);  // of the LRs before each update
  std::vector<double> scales(lrs.size());         // rate eta^-gamma
  for (std::size_t k = 0; k < lrs.size(); ++k) {
    sums[k + 1] = sums[k] + lrs[k];
    scales[k] = law.rate * std::pow(lrs[k], -law.gamma);
  }
  std::vector<double> losses;
  for (const Step step : steps) {
    const auto s = static_cast<std::size_t>(step);
    double gain = 0;
    for (std::size_t k = 1; k <= s; ++k) {
      if (lrs[k] == lrs[k - 1]) continue;
      gain += (lrs[k - 1] - lrs[k]) * (1 - std::pow(1 + scales[k] * (sums[s + 1] - sums[k]), -law.beta));
    }
    losses.push_back(law.floor + law.amplitude * std::pow(sums[s + 1], -law.alpha) - law.drop * gain);
  }
  return losses;
}

}  // namespace losscast::bench
