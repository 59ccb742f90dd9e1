// The part of a run whose data are other ones than before.
#pragma once

#include <map>

#include "fit/run_places.hpp"
#include "fit/shift_posterior.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

// After `at` updates of a plan the data change.
struct DataChange {
  const Schedule& plan;
  Step at;
  double lr_unit;  // of the clock: the sum of the LR of the fit's reference run
  Step mean_over;  // so many updates until its step a logged loss is the mean over; at least 1
};

// Where the loss of a run's data is followed by the law of the data before and the shift of ShiftPosterior.
class NewDataRun {
 public:
  // `before`: what the run until the change says of the draws and of the size of the discrepancy. What it says of the
  // discrepancy itself is left out: the jump hides it. For up to `most` windows.
  NewDataRun(const RunPlaces& places, const RunPosterior::Weights& before, const Discrepancy& discrepancy,
             const DataChange& change, Eigen::Index most);

  // A window of the log, at one of the places' steps.
  ShiftPosterior::Point point(Step step, double loss, double noise) const;
  double innovation(const ShiftPosterior::Point& point) const { return shift_.innovation(point); }
  void take(const ShiftPosterior::Point& point) { shift_.take(point); }

  WeightedNormals loss_at(Step step) const;
  WeightedNormals error_at(Step step) const { return shift_.error_at(place(step, {clocks_.at(step)})); }  // loss - law
  WeightedNormals jump() const { return shift_.jump(); }
  WeightedNormals pull(Step from, Step to) const { return shift_.pull(clocks_.at(from), clocks_.at(to)); }
  // The pull at the end of another schedule of the same length over that of the plan.
  WeightedNormals more_pull(const Schedule& other) const;

 private:
  ShiftPlace place(Step step, std::vector<double> clocks) const;
  std::vector<double> clocks_of_mean(Step step) const;               // over the updates of a logged loss
  double law(Step step) const;                                       // mean over the draws
  double clock(const Schedule& schedule, Step from, Step to) const;  // that passes between two steps

  const RunPlaces& places_;
  Eigen::VectorXd draws_;  // their weights
  DataChange change_;
  std::map<Step, double> clocks_;  // of the plan, at the change and all places after it
  ShiftPosterior shift_;
};

}  // namespace losscast
