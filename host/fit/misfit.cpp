#include "fit/misfit.hpp"

#include <Eigen/Dense>
#include <algorithm>
#include <cmath>

#include "fit/minimise.hpp"
#include "fit/noise_estimates.hpp"
#include "fit/posterior.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {
namespace {

// Squared ratio of the error at the end of `left_out` to its predicted standard deviation. The end is the last tenth of
// its points, so that one noisy point does not decide.
double squared_ratio(const SdeModel& model, std::span<const Observations> others, const Observations& left_out,
                     std::span<const double> start) {
  const Minimum minimum = minimise(model, others, {start.begin(), start.end()});
  std::vector<double> residuals, slopes;
  log_residuals(model, {&left_out, 1}, minimum.parameters, residuals, &slopes);
  const std::size_t n = minimum.parameters.size();
  const std::size_t count = std::max<std::size_t>(1, residuals.size() / 10);
  double error = 0, loss = 0;
  Eigen::VectorXd slope = Eigen::VectorXd::Zero(static_cast<Eigen::Index>(n));
  for (std::size_t i = residuals.size() - count; i < residuals.size(); ++i) {
    error += residuals[i] / static_cast<double>(count);
    loss += left_out.losses[i] / static_cast<double>(count);
    slope +=
        Eigen::Map<const Eigen::VectorXd>(&slopes[i * n], static_cast<Eigen::Index>(n)) / static_cast<double>(count);
  }
  const double offset = kDefaultRunOffset / loss;
  const double variance =
      slope.dot(laplace_precision(model, others, minimum.parameters).llt().solve(slope)) + offset * offset;
  return error * error / variance;
}

}  // namespace

double misfit_widening(const SdeModel& model, std::span<const Observations> observations,
                       std::span<const double> parameters, int threads) {
  if (observations.size() < 2) return kDefaultMisfit;
  std::vector<double> squares(observations.size());
  parallel_for(static_cast<std::int64_t>(observations.size()), threads, [&](std::int64_t c) {
    std::vector<Observations> others(observations.begin(), observations.end());
    others.erase(others.begin() + c);
    squares[static_cast<std::size_t>(c)] =
        squared_ratio(model, others, observations[static_cast<std::size_t>(c)], parameters);
  });
  constexpr double kDefaultWeight = 2;
  double sum = kDefaultWeight * kDefaultMisfit * kDefaultMisfit;
  for (const double square : squares) sum += square;
  return std::clamp(std::sqrt(sum / (kDefaultWeight + static_cast<double>(squares.size()))), 1.0, kWidestMisfit);
}

}  // namespace losscast
