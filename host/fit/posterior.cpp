#include "fit/posterior.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "fit/coordinates.hpp"
#include "fit/minimise.hpp"
#include "losscast/engine/mean_sample.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/random/normal_quantile.hpp"
#include "losscast/random/sobol.hpp"

namespace losscast {
namespace {

// The seed of a fit's draws is part of the file format: the same fit gives the same draws.
constexpr std::uint64_t kDrawSeed = 0;

double autocovariance(std::span<const double> values, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < values.size(); ++i) sum += values[i] * values[i - lag];
  return sum / static_cast<double>(values.size());
}

// Variance of the log residuals times their autocorrelation time, pooled over curves.
double inflated_variance(std::span<const Observations> observations, std::span<const double> residuals,
                         std::size_t parameter_count) {
  double sum = 0;
  std::size_t row = 0;
  for (const Observations& one : observations) {
    const std::span<const double> curve = residuals.subspan(row, one.steps.size());
    sum += autocorrelation_time(curve) * autocovariance(curve, 0) * static_cast<double>(curve.size());
    row += curve.size();
  }
  const double freedom = std::max(1.0, static_cast<double>(residuals.size()) - static_cast<double>(parameter_count));
  // Losses are logged to four or five digits: no residual variance is taken below that.
  constexpr double kRounding = 1e-5;
  return std::max(sum / freedom, kRounding * kRounding);
}

// The inverse of the normal law, 0 < u < 1.
double to_normal(double u) { return u < 0.5 ? -normal_quantile(1 - u) : normal_quantile(u); }

// Standard normals, one a parameter, of draw d at its n-th attempt: points of Sobol's sequence, randomised anew for
// each batch of draws, from whose means their error can be read (engine/mean_sample.hpp). An attempt takes the place of
// a point that is not possible.
Eigen::VectorXd standard_draw(int d, std::uint32_t attempt, std::size_t count) {
  constexpr int kBatch = Fit::kDraws / kDrawBatches;
  const SobolRandomisation randomisation{kDrawSeed, Stream::parameters, static_cast<std::uint64_t>(d / kBatch)};
  const std::uint32_t index = static_cast<std::uint32_t>(d) + attempt * Fit::kDraws;
  constexpr double kHalfADigit = 0x1p-33;  // keeps u from 0
  Eigen::VectorXd z(static_cast<Eigen::Index>(count));
  for (std::size_t p = 0; p < count; ++p)
    z(static_cast<Eigen::Index>(p)) = to_normal(sobol(randomisation, index, static_cast<int>(p)) + kHalfADigit);
  return z;
}

// Single updates of the training run with the highest peak, one of every kFitBlock: where hills are fastest.
BlockTable single_updates(std::span<const Observations> observations) {
  const auto highest = std::max_element(observations.begin(), observations.end(), [](const auto& a, const auto& b) {
    return a.curve->recipe.peak_lr() < b.curve->recipe.peak_lr();
  });
  BlockTable table = highest->run.table;
  for (std::size_t b = 0; b < table.blocks.size(); ++b)
    table.blocks[b].clock /= static_cast<double>(table.edges[b + 1] - table.edges[b]);
  return table;
}

bool within_bounds(const SdeModel& model, const Eigen::VectorXd& coordinates) {
  for (std::size_t p = 0; p < model.parameters().size(); ++p) {
    const ModelParameter& parameter = model.parameters()[p];
    const double place = coordinates(static_cast<Eigen::Index>(p));
    if (place < to_coordinate(parameter, parameter.lower) || place > to_coordinate(parameter, parameter.upper))
      return false;
  }
  return true;
}

// Takes draws anew until they are possible.
class PossibleDraws {
 public:
  PossibleDraws(const SdeModel& model, std::span<const Observations> observations, std::span<const double> parameters)
      : model_(model),
        updates_(single_updates(observations)),
        parameters_(parameters.begin(), parameters.end()),
        stable_(is_stable(parameters_)) {}

  bool stable() const { return stable_; }

  // `coordinates` gives those of each attempt.
  template <class Coordinates>
  std::vector<double> draw(const Coordinates& coordinates) const {
    constexpr std::uint32_t kAttempts = 1000;  // then the estimate itself, which is possible
    for (std::uint32_t attempt = 0; attempt < kAttempts; ++attempt) {
      const Eigen::VectorXd place = coordinates(attempt);
      if (!within_bounds(model_, place)) continue;
      std::vector<double> tried(parameters_.size());
      for (std::size_t p = 0; p < tried.size(); ++p)
        tried[p] = from_coordinate(model_.parameters()[p], place(static_cast<Eigen::Index>(p)));
      if (!stable_ || is_stable(tried)) return tried;
    }
    return parameters_;
  }

 private:
  bool is_stable(std::span<const double> parameters) const {
    // The largest product must be below 2 by a margin, as `updates_` are averages over short blocks.
    constexpr double kStable = 1.9;
    return model_.largest_rate_times_clock(updates_, parameters) < kStable;
  }

  const SdeModel& model_;
  BlockTable updates_;
  std::vector<double> parameters_;
  bool stable_;
};

}  // namespace

double lag1_autocorrelation(std::span<const double> values) {
  if (values.size() < 3) return 0;
  const double variance = autocovariance(values, 0);
  return variance > 0 ? autocovariance(values, 1) / variance : 0;
}

double autocorrelation_time(std::span<const double> values) {
  const double variance = autocovariance(values, 0);
  double time = 1;
  for (std::size_t lag = 1; lag < values.size() / 2 && variance > 0; ++lag) {
    const double correlation = autocovariance(values, lag) / variance;
    if (correlation <= 0) break;
    time += 2 * correlation;
  }
  return time;
}

Eigen::MatrixXd laplace_precision(const SdeModel& model, std::span<const Observations> observations,
                                  std::span<const double> parameters) {
  const std::size_t n = parameters.size();
  std::vector<double> residuals, slopes;
  log_residuals(model, observations, parameters, residuals, &slopes);
  const double variance = inflated_variance(observations, residuals, n);

  const auto size = static_cast<Eigen::Index>(n);
  Eigen::MatrixXd precision = Eigen::MatrixXd::Zero(size, size);
  for (std::size_t i = 0; i < residuals.size(); ++i) {
    const double weight = std::min(1.0, kHuberDelta / std::abs(residuals[i]));
    const Eigen::Map<const Eigen::VectorXd> row(&slopes[i * n], size);
    precision += weight / variance * row * row.transpose();
  }
  for (Eigen::Index i = 0; i < size; ++i) {
    const ModelParameter& parameter = model.parameters()[static_cast<std::size_t>(i)];
    // Bounds are knowledge too: where the data say nothing, a coordinate is as uncertain as its range allows.
    const double range = to_coordinate(parameter, parameter.upper) - to_coordinate(parameter, parameter.lower);
    const double deviation = parameter.prior ? parameter.prior->standard_deviation : range;
    precision(i, i) += 1 / (deviation * deviation);
  }
  return precision;
}

Posterior laplace_posterior(const SdeModel& model, std::span<const Observations> observations,
                            std::span<const double> parameters, double widening, int count) {
  const std::size_t n = parameters.size();
  const auto size = static_cast<Eigen::Index>(n);
  const Eigen::MatrixXd precision = laplace_precision(model, observations, parameters) / (widening * widening);
  Posterior posterior;
  posterior.prior_share.assign(n, 0.0);
  Eigen::VectorXd centre(size);
  for (std::size_t p = 0; p < n; ++p)
    centre(static_cast<Eigen::Index>(p)) = to_coordinate(model.parameters()[p], parameters[p]);
  const Eigen::LLT<Eigen::MatrixXd> factor(precision);
  const Eigen::MatrixXd covariance = factor.solve(Eigen::MatrixXd::Identity(size, size));

  posterior.covariance.assign(n, std::vector<double>(n));
  for (std::size_t p = 0; p < n; ++p) {
    const auto i = static_cast<Eigen::Index>(p);
    const double slope = coordinate_slope(model.parameters()[p], parameters[p]);
    for (std::size_t q = 0; q < n; ++q)
      posterior.covariance[p][q] =
          covariance(i, static_cast<Eigen::Index>(q)) * slope * coordinate_slope(model.parameters()[q], parameters[q]);
    if (const auto& prior = model.parameters()[p].prior)
      posterior.prior_share[p] = std::sqrt(covariance(i, i)) / widening / prior->standard_deviation;
  }
  const PossibleDraws possible(model, observations, parameters);
  posterior.stable = possible.stable();
  for (int d = 0; d < count; ++d)
    posterior.draws.push_back(possible.draw([&](std::uint32_t attempt) -> Eigen::VectorXd {
      // precision = L L', so L'^-1 z has the covariance wanted.
      return centre + factor.matrixU().solve(standard_draw(d, attempt, n));
    }));
  return posterior;
}

}  // namespace losscast
