#include "fit/posterior.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>
#include <limits>

#include "fit/coordinates.hpp"
#include "fit/ensemble_sampler.hpp"
#include "fit/objective.hpp"
#include "losscast/fit/fit.hpp"

namespace losscast {
namespace {

double autocovariance(std::span<const double> values, std::size_t lag) {
  double sum = 0;
  for (std::size_t i = lag; i < values.size(); ++i) sum += values[i] * values[i - lag];
  return sum / static_cast<double>(values.size());
}

// Single updates of the training run with the highest peak, one a block: where hills are fastest.
BlockTable single_updates(std::span<const Observations> observations) {
  const auto highest = std::max_element(observations.begin(), observations.end(), [](const auto& a, const auto& b) {
    return a.curve->recipe.peak_lr() < b.curve->recipe.peak_lr();
  });
  BlockTable table = highest->run.table;
  for (std::size_t b = 0; b < table.blocks.size(); ++b)
    table.blocks[b].clock /= static_cast<double>(table.edges[b + 1] - table.edges[b]);
  return table;
}

// Whether no hill passes its level within an update.
class Stability {
 public:
  explicit Stability(const FitProblem& problem)
      : model_(*problem.model), updates_(single_updates(problem.observations)) {}
  bool operator()(std::span<const double> parameters) const {
    // The largest product must be below 2 by a margin, as `updates_` are averages over blocks.
    constexpr double kStable = 1.9;
    return model_.largest_rate_times_clock(updates_, parameters) < kStable;
  }

 private:
  const SdeModel& model_;
  BlockTable updates_;
};

// The same problem with laws in longer blocks, for the many evaluations that sampling takes: they are within 1e-4 nats,
// against the 1.8e-3 to which the posterior knows a run.
FitProblem in_long_blocks(FitProblem problem) {
  constexpr Step kLongest = 256;
  for (Observations& run : problem.observations)
    run = in_blocks(std::move(run), kLongest, *problem.model, problem.reference);
  return problem;
}

double coordinate_deviation(const EnsembleDraws& draws, std::size_t k) {
  double count = 0, mean = 0, squares = 0;
  for (const auto& chain : draws.chains)
    for (const auto& draw : chain) {
      const double off = draw[k] - mean;
      mean += off / ++count;
      squares += off * (draw[k] - mean);
    }
  return std::sqrt(squares / (count - 1));
}

}  // namespace

std::vector<std::vector<double>> covariance_of(std::span<const std::vector<std::vector<double>>> chains) {
  const std::size_t n = chains.front().front().size();
  double count = 0;
  std::vector<double> mean(n, 0.0);
  for (const auto& chain : chains)
    for (const auto& draw : chain) {
      ++count;
      for (std::size_t p = 0; p < n; ++p) mean[p] += (draw[p] - mean[p]) / count;
    }
  std::vector<std::vector<double>> out(n, std::vector<double>(n, 0.0));
  for (const auto& chain : chains)
    for (const auto& draw : chain)
      for (std::size_t p = 0; p < n; ++p)
        for (std::size_t q = 0; q < n; ++q) out[p][q] += (draw[p] - mean[p]) * (draw[q] - mean[q]) / (count - 1);
  return out;
}

double lag1_autocorrelation(std::span<const double> values) {
  if (values.size() < 3) return 0;
  const double variance = autocovariance(values, 0);
  return variance > 0 ? autocovariance(values, 1) / variance : 0;
}

Eigen::MatrixXd laplace_precision(const FitProblem& problem, std::span<const double> parameters) {
  const auto size = static_cast<Eigen::Index>(problem.searched.size());
  std::vector<double> terms, slopes;
  objective_terms(problem, to_coordinates(problem, parameters), terms, &slopes);
  using Rows = Eigen::Matrix<double, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;
  const Eigen::Map<const Rows> jacobian(slopes.data(), static_cast<Eigen::Index>(terms.size()), size);
  Eigen::MatrixXd precision = jacobian.transpose() * jacobian / kTemperature;
  for (Eigen::Index k = 0; k < size; ++k) {
    const ModelParameter& parameter = problem.parameter_of(static_cast<std::size_t>(k));
    if (problem.has_prior(static_cast<std::size_t>(k))) continue;
    // Bounds are knowledge too: where the data say nothing, a coordinate is as uncertain as its range allows.
    const double range = to_coordinate(parameter, parameter.upper) - to_coordinate(parameter, parameter.lower);
    precision(k, k) += 1 / (range * range);
  }
  return precision;
}

Posterior sample_posterior(const FitProblem& problem, std::span<const double> minimum, std::uint64_t seed,
                           int threads) {
  const std::vector<double> centre = to_coordinates(problem, minimum);
  const auto size = static_cast<Eigen::Index>(centre.size());
  const Eigen::LLT<Eigen::MatrixXd> precision(laplace_precision(problem, minimum));
  // precision = L L', so L'^-1 is a factor of the covariance.
  const EnsembleStart start{Eigen::Map<const Eigen::VectorXd>(centre.data(), size),
                            precision.matrixU().solve(Eigen::MatrixXd::Identity(size, size))};
  const FitProblem coarse = in_long_blocks(problem);
  const Stability is_stable(coarse);
  Posterior posterior;
  posterior.stable = is_stable(minimum);
  const auto log_density = [&](std::span<const double> coordinates) {
    if (posterior.stable && !is_stable(from_coordinates(problem, coordinates)))
      return -std::numeric_limits<double>::infinity();
    return log_posterior(coarse, coordinates);
  };
  const EnsemblePlan plan{
      .chains = Fit::kChains, .draws = Fit::kDraws / Fit::kChains, .seed = seed, .threads = threads};
  const EnsembleDraws sampled = sample_ensemble(log_density, start, plan);

  posterior.acceptance = sampled.acceptance;
  posterior.diagnostics = diagnose(sampled);
  for (const auto& chain : sampled.chains) {
    auto& draws = posterior.chains.emplace_back();
    for (const auto& draw : chain) draws.push_back(from_coordinates(problem, draw));
  }
  posterior.covariance = covariance_of(posterior.chains);
  posterior.prior_share.assign(minimum.size(), 0.0);
  for (std::size_t k = 0; k < problem.searched.size(); ++k)
    if (const auto& prior = problem.parameter_of(k).prior)
      posterior.prior_share[problem.searched[k]] = coordinate_deviation(sampled, k) / prior->standard_deviation;
  return posterior;
}

}  // namespace losscast
