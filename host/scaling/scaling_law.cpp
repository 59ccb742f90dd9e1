#include "losscast/scaling/scaling_law.hpp"

#include <cmath>

#include "losscast/base/contract.hpp"
#include "scaling/law_formula.hpp"

namespace losscast {

double ScalingLaw::loss(double params, double tokens, const std::optional<ModelShape>& shape) const {
  LOSSCAST_EXPECTS(params > 0 && tokens > 0);
  double log_size = std::log(params);
  if (shape && shape_penalty > 0)
    log_size += log_shape_factor(std::log(shape->width / shape->depth), shape_penalty, best_log_aspect);
  return floor + std::exp(joined_log_terms(log_a - alpha * log_size, log_b - beta * std::log(tokens), gamma));
}

}  // namespace losscast
