#include "fit/new_data_run.hpp"

#include <algorithm>
#include <utility>

#include "losscast/schedule/features.hpp"

namespace losscast {

NewDataRun::NewDataRun(const RunPlaces& places, const RunPosterior::Weights& before, const Discrepancy& discrepancy,
                       const DataChange& change, Eigen::Index most)
    : places_(places),
      draws_(before.values.colwise().sum().transpose()),
      change_(change),
      clocks_{{change.at, 0.0}},
      shift_(discrepancy, before.values.rowwise().sum(), most) {
  for (const Step step : places.steps()) {
    if (step <= change.at) continue;
    const auto [last, sum] = *clocks_.rbegin();
    clocks_.emplace(step, sum + clock(change.plan, last, step));
  }
}

double NewDataRun::clock(const Schedule& schedule, Step from, Step to) const {
  return lr_sums(schedule, from, to).a1 / change_.lr_unit;
}

double NewDataRun::law(Step step) const { return places_.means(step).dot(draws_.transpose()); }

std::vector<double> NewDataRun::clocks_of_mean(Step step) const {
  constexpr int kMost = 8;
  const int count = static_cast<int>(std::min<Step>(kMost, change_.mean_over));
  std::vector<double> clocks;
  for (int i = 0; i < count; ++i) {
    const Step back = change_.mean_over * (2 * i + 1) / (2 * count);
    clocks.push_back(clock(change_.plan, change_.at, std::max(change_.at, step - back)));
  }
  return clocks;
}

ShiftPlace NewDataRun::place(Step step, std::vector<double> clocks) const {
  const Eigen::VectorXd means = places_.means(step).transpose();
  const Eigen::VectorXd spread = (means.array() - means.dot(draws_)) * draws_.array().sqrt();
  return {places_.place(step), spread, std::move(clocks)};
}

ShiftPosterior::Point NewDataRun::point(Step step, double loss, double noise) const {
  return {place(step, clocks_of_mean(step)), loss - law(step), noise};
}

WeightedNormals NewDataRun::loss_at(Step step) const {
  WeightedNormals loss = error_at(step);
  loss.means.array() += law(step);
  return loss;
}

WeightedNormals NewDataRun::more_pull(const Schedule& other) const {
  return shift_.pull(clocks_.rbegin()->second, clock(other, change_.at, other.total_steps()));
}

}  // namespace losscast
