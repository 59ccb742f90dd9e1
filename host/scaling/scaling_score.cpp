#include "losscast/scaling/scaling_score.hpp"

#include <cmath>

#include "losscast/base/contract.hpp"

namespace losscast {

std::vector<SizeScore> score_sizes(const ScalingFit& fit, std::span<const SizedModel> models, double from) {
  std::vector<SizeScore> scores;
  for (SizedModel& model : without_beginning(models, from)) {
    SizeScore score;
    for (const Checkpoint& point : model.checkpoints) {
      const ScalingForecast expected = forecast(fit, model.params, point.tokens, model.shape);
      const double off = expected.mean / point.loss - 1;
      score.are += std::abs(off);
      score.bias += off;
      score.forecasts.push_back(expected);
    }
    score.are /= static_cast<double>(score.forecasts.size());
    score.bias /= static_cast<double>(score.forecasts.size());
    score.model = std::move(model);
    scores.push_back(std::move(score));
  }
  return scores;
}

double average_relative_error(std::span<const SizeScore> scores) {
  double sum = 0, points = 0;
  for (const SizeScore& score : scores) {
    const auto count = static_cast<double>(score.forecasts.size());
    sum += score.are * count;
    points += count;
  }
  LOSSCAST_EXPECTS(points > 0);
  return sum / points;
}

double share_in_band(std::span<const SizeScore> scores) {
  double inside = 0, points = 0;
  for (const SizeScore& score : scores)
    for (std::size_t i = 0; i < score.forecasts.size(); ++i) {
      const double loss = score.model.checkpoints[i].loss;
      inside += loss >= score.forecasts[i].q05 && loss <= score.forecasts[i].q95 ? 1 : 0;
      ++points;
    }
  LOSSCAST_EXPECTS(points > 0);
  return inside / points;
}

}  // namespace losscast
