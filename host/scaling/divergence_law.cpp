#include "losscast/scaling/divergence_law.hpp"

#include <cmath>

#include "losscast/base/contract.hpp"
#include "scaling/divergence_formula.hpp"

namespace losscast {

double DivergenceParameters::score(const RunSetting& setting) const {
  return divergence_terms(setting, border_steps).dot(Eigen::Map<const DivergenceVector>(weights.data()));
}

double RunDivergenceLaw::probability(const RunSetting& setting) const {
  if (draws.empty()) return logistic(mode.score(setting));
  double sum = 0;
  for (const DivergenceParameters& draw : draws) sum += logistic(draw.score(setting));
  return sum / static_cast<double>(draws.size());
}

double RunDivergenceLaw::even_lr(RunSetting setting) const {
  setting.peak_lr = 1;
  return std::exp(-mode.score(setting) / mode.weights[kLrWeight]);
}

double RunDivergenceLaw::highest_lr(RunSetting setting, double probability) const {
  LOSSCAST_EXPECTS(probability > 0 && probability < 1);
  constexpr double kFarthest = 30;  // ln of the ratio to the LR of P = 1/2
  constexpr int kHalvings = 60;
  const double middle = std::log(even_lr(setting));
  double low = middle - kFarthest, high = middle + kFarthest;
  for (int i = 0; i < kHalvings; ++i) {
    const double tried = (low + high) / 2;
    setting.peak_lr = std::exp(tried);
    (this->probability(setting) <= probability ? low : high) = tried;
  }
  return std::exp(low);
}

}  // namespace losscast
