#include "fit/run_places.hpp"

#include <algorithm>

namespace losscast {
namespace {

std::vector<Step> each_once(std::vector<Step> steps) {
  std::sort(steps.begin(), steps.end());
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

}  // namespace

RunPlaces::RunPlaces(const LossSde& sde, const Recipe& recipe, std::vector<Step> steps, int threads)
    : laws_(laws_along(sde, recipe, each_once(std::move(steps)), threads)) {}

LawPlace RunPlaces::place(Step step) const {
  const std::size_t i = index(step);
  return {step, laws_.startup_deviation[i], laws_.fast_deviation[i]};
}

Eigen::RowVectorXd RunPlaces::means(Step step) const { return laws_.means.row(static_cast<Eigen::Index>(index(step))); }

std::size_t RunPlaces::index(Step step) const {
  return static_cast<std::size_t>(std::lower_bound(laws_.steps.begin(), laws_.steps.end(), step) - laws_.steps.begin());
}

}  // namespace losscast
