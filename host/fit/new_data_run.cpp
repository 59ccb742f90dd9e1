#include "fit/new_data_run.hpp"

#include "losscast/schedule/features.hpp"

namespace losscast {

NewDataRun::NewDataRun(const RunPlaces& places, const RunPosterior::Weights& before, const Discrepancy& discrepancy,
                       const Reference& reference, const Schedule& plan, Step change, Eigen::Index most)
    : places_(places),
      draws_(before.values.colwise().sum().transpose()),
      unit_(reference.lr * reference.steps),
      change_(change),
      clocks_{{change, 0.0}},
      shift_(discrepancy, before.values.rowwise().sum(), most) {
  for (const Step step : places.steps()) {
    if (step <= change) continue;
    const auto [last, sum] = *clocks_.rbegin();
    clocks_.emplace(step, sum + clock(plan, last, step));
  }
}

double NewDataRun::clock(const Schedule& schedule, Step from, Step to) const {
  return lr_sums(schedule, from, to).a1 / unit_;
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
  return shift_.pull(clocks_.rbegin()->second, clock(other, change_, other.total_steps()));
}

}  // namespace losscast
