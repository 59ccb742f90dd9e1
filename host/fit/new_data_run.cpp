#include "fit/new_data_run.hpp"

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

ShiftPlace NewDataRun::place(Step step) const {
  const Eigen::VectorXd means = places_.means(step).transpose();
  const Eigen::VectorXd spread = (means.array() - means.dot(draws_)) * draws_.array().sqrt();
  return {places_.place(step), spread, clocks_.at(step)};
}

ShiftPosterior::Point NewDataRun::point(Step step, double loss, double noise) const {
  return {place(step), loss - law(step), noise};
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
