#include "losscast/features/ridge_law.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>

#include "features/ridge_problem.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

// Runs of one recipe as one run with their mean loss.
std::vector<FeaturedRun> without_repeats(std::span<const FeaturedRun> runs) {
  std::map<std::pair<std::string, std::vector<double>>, std::pair<std::size_t, double>> places;  // place, repeats
  std::vector<FeaturedRun> merged;
  for (const FeaturedRun& run : runs) {
    const auto [entry, is_new] = places.emplace(std::pair{run.family, run.regressors}, std::pair{merged.size(), 0.0});
    auto& [place, count] = entry->second;
    if (is_new) merged.push_back(run);
    count += 1;
    merged[place].loss += (run.loss - merged[place].loss) / count;
  }
  return merged;
}

// The regressors of runs, a row each.
Eigen::MatrixXd regressor_rows(std::span<const FeaturedRun> runs) {
  LOSSCAST_EXPECTS(!runs.empty());
  Eigen::MatrixXd matrix(runs.size(), runs.front().regressors.size());
  for (std::size_t i = 0; i < runs.size(); ++i) {
    LOSSCAST_EXPECTS(runs[i].regressors.size() == runs.front().regressors.size());
    for (std::size_t j = 0; j < runs[i].regressors.size(); ++j)
      matrix(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(j)) = runs[i].regressors[j];
  }
  return matrix;
}

Eigen::VectorXd losses_of(std::span<const FeaturedRun> runs) {
  Eigen::VectorXd losses(static_cast<Eigen::Index>(runs.size()));
  for (std::size_t i = 0; i < runs.size(); ++i) losses[static_cast<Eigen::Index>(i)] = runs[i].loss;
  return losses;
}

Eigen::VectorXd log_gaps(const Eigen::VectorXd& losses, double floor) {
  return (losses.array() - floor).log().matrix();
}

// The mean square error in nats of forecasts of the logarithm of the loss over its floor.
double square_error(const Eigen::VectorXd& log_forecasts, const Eigen::VectorXd& losses, double floor) {
  return (floor + log_forecasts.array().exp() - losses.array()).square().mean();
}

// One family, and the regression of the others that forecasts it.
struct FamilyFold {
  RidgeProblem others;
  Eigen::VectorXd other_losses, losses;
  Eigen::MatrixXd rows;
};

std::vector<FamilyFold> family_folds(std::span<const FeaturedRun> runs) {
  std::map<std::string, std::vector<FeaturedRun>> inside, outside;
  for (const FeaturedRun& run : runs) inside[run.family].push_back(run);
  std::vector<FamilyFold> folds;
  for (const auto& [family, members] : inside) {
    std::vector<FeaturedRun> others;
    for (const FeaturedRun& run : runs)
      if (run.family != family) others.push_back(run);
    if (!others.empty())
      folds.push_back(
          {RidgeProblem(regressor_rows(others)), losses_of(others), losses_of(members), regressor_rows(members)});
  }
  return folds;
}

// The mean square error of what was left out, for one floor and one penalty. [nats^2]
class LeftOutError {
 public:
  LeftOutError(std::span<const FeaturedRun> runs, const RidgeProblem& problem)
      : problem_(problem), losses_(losses_of(runs)), folds_(family_folds(runs)) {}

  double operator()(double floor, double penalty) const {
    if (folds_.empty()) return square_error(problem_.left_out(log_gaps(losses_, floor), penalty), losses_, floor);
    double sum = 0;
    for (const FamilyFold& fold : folds_)
      sum += square_error(fold.others.forecasts(log_gaps(fold.other_losses, floor), penalty, fold.rows), fold.losses,
                          floor);
    return sum / static_cast<double>(folds_.size());
  }

 private:
  const RidgeProblem& problem_;
  Eigen::VectorXd losses_;
  std::vector<FamilyFold> folds_;
};

// Points of a search over orders of magnitude, both ends included.
std::vector<double> magnitudes(double low, double high, int points) {
  std::vector<double> values;
  for (int i = 0; i < points; ++i) values.push_back(low * std::pow(high / low, static_cast<double>(i) / (points - 1)));
  return values;
}

// The floor and the penalty that forecast best what was left out.
RidgeLaw best_by_left_out(const LeftOutError& error_of, double lowest) {
  constexpr double kNarrowestGap = 3e-3, kWidestGap = .9, kLeastPenalty = 1e-4, kMostPenalty = 1e4;
  constexpr int kGaps = 60, kPenalties = 49;
  double least = std::numeric_limits<double>::infinity();
  RidgeLaw best;
  for (const double gap : magnitudes(kNarrowestGap, kWidestGap, kGaps))
    for (const double penalty : magnitudes(kLeastPenalty, kMostPenalty, kPenalties)) {
      const double floor = lowest * (1 - gap), error = error_of(floor, penalty);
      if (!(error < least)) continue;
      least = error;
      best.floor = floor;
      best.penalty = penalty;
    }
  best.left_out_error = std::sqrt(least);
  return best;
}

std::vector<double> vector_of(const Eigen::VectorXd& values) { return {values.begin(), values.end()}; }

}  // namespace

double RidgeLaw::forecast(std::span<const double> regressors) const {
  LOSSCAST_EXPECTS(regressors.size() == weights.size());
  double log_gap = intercept;
  for (std::size_t j = 0; j < weights.size(); ++j)
    if (spreads[j] > 0) log_gap += weights[j] * (regressors[j] - centres[j]) / spreads[j];
  return floor + std::exp(log_gap);
}

RidgeLaw fit_ridge_law(std::span<const FeaturedRun> given) {
  const std::vector<FeaturedRun> runs = without_repeats(given);
  const RidgeProblem problem(regressor_rows(runs));
  if (runs.size() < problem.varying())
    throw InputError(
        fmt::format("there are {} recipes to fit", runs.size()),
        fmt::format("{} features vary among them, and a law needs as many recipes at least", problem.varying()),
        "add runs with other schedules");
  const Eigen::VectorXd losses = losses_of(runs);
  RidgeLaw law = best_by_left_out(LeftOutError(runs, problem), losses.minCoeff());
  const Eigen::VectorXd targets = log_gaps(losses, law.floor);
  law.intercept = targets.mean();
  law.weights = vector_of(problem.weights(targets, law.penalty));
  law.centres = vector_of(problem.centres());
  law.spreads = vector_of(problem.spreads());
  return law;
}

}  // namespace losscast
