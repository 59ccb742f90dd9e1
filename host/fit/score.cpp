#include "losscast/fit/score.hpp"

#include <algorithm>
#include <cmath>

namespace losscast {

Score score(std::span<const double> measured, std::span<const double> predicted) {
  const auto n = static_cast<double>(measured.size());
  double mean = 0;
  for (const double value : measured) mean += value / n;
  Score out;
  double squared_error = 0, spread = 0;
  for (std::size_t i = 0; i < measured.size(); ++i) {
    const double error = std::abs(predicted[i] - measured[i]);
    out.mae += error / n;
    out.pred_e += error / measured[i] / n;
    out.worst_e = std::max(out.worst_e, error / measured[i]);
    squared_error += error * error;
    spread += (measured[i] - mean) * (measured[i] - mean);
  }
  out.rmse = std::sqrt(squared_error / n);
  out.r2 = spread > 0 ? 1 - squared_error / spread : 0;
  return out;
}

Score average(std::span<const Score> scores) {
  Score out;
  const auto n = static_cast<double>(scores.size());
  for (const Score& one : scores) {
    out.r2 += one.r2 / n;
    out.mae += one.mae / n;
    out.rmse += one.rmse / n;
    out.pred_e += one.pred_e / n;
    out.worst_e += one.worst_e / n;
  }
  return out;
}

}  // namespace losscast
