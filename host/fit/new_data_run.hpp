// The part of a run whose data are other ones than before.
#pragma once

#include <map>

#include "fit/run_places.hpp"
#include "fit/shift_posterior.hpp"
#include "losscast/model/reference.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

// Where the loss of a run's data is followed by the law of the data before and the shift of ShiftPosterior.
class NewDataRun {
 public:
  // The data change after `change` updates of the plan. `before`: what the run until there says of the draws and of the
  // size of the discrepancy. What it says of the discrepancy itself is left out: the jump hides it. For up to `most`
  // windows.
  NewDataRun(const RunPlaces& places, const RunPosterior::Weights& before, const Discrepancy& discrepancy,
             const Reference& reference, const Schedule& plan, Step change, Eigen::Index most);

  // A window of the log, at one of the places' steps.
  ShiftPosterior::Point point(Step step, double loss, double noise) const;
  double innovation(const ShiftPosterior::Point& point) const { return shift_.innovation(point); }
  void take(const ShiftPosterior::Point& point) { shift_.take(point); }

  WeightedNormals loss_at(Step step) const;
  WeightedNormals error_at(Step step) const { return shift_.error_at(place(step)); }  // loss - law
  WeightedNormals jump() const { return shift_.jump(); }
  WeightedNormals pull(Step from, Step to) const { return shift_.pull(clocks_.at(from), clocks_.at(to)); }
  // The pull at the end of another schedule of the same length over that of the plan.
  WeightedNormals more_pull(const Schedule& other) const;

 private:
  ShiftPlace place(Step step) const;
  double law(Step step) const;  // mean over the draws
  double clock(const Schedule& schedule, Step from, Step to) const;

  const RunPlaces& places_;
  Eigen::VectorXd draws_;  // their weights
  double unit_;            // of the clock: the sum of the LR of the reference run
  Step change_;
  std::map<Step, double> clocks_;  // of the plan, at the change and all places after it
  ShiftPosterior shift_;
};

}  // namespace losscast
