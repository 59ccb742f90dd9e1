/// \file
/// A run in progress: what its losses so far say of the rest.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "losscast/engine/statistics.hpp"
#include "losscast/fit/curve.hpp"
#include "losscast/fit/end_law.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/fit/run_alarm.hpp"

namespace losscast {

/// A run that is under way.
struct RunSoFar {
  Recipe recipe;                   ///< of the whole run, as it is planned
  double weight_decay = 0;         ///< where the recipe says none
  std::vector<CurvePoint> points;  ///< logged so far, ascending steps, finite positive losses, within the recipe
  std::optional<Step> lost = {};   ///< the first logged step whose loss is no number, if there is one
  Step mean_over = 0;              ///< a loss is the mean over so many updates until its step; 0: of that step
  /// After how many updates the data that are trained and measured on change, if they do. Losses after it are on the
  /// new data; one of this step itself may be of either, and is left out.
  std::optional<Step> new_data_at = {};
};

/// A window of the log against what the run before it let expect.
struct WindowCheck {
  Step step;             ///< mean of its points' steps
  double loss;           ///< measured, mean of its points [nats]
  double innovation;     ///< (measured - expected) / standard deviation of that
  double over_forecast;  ///< (measured - forecast of the fit alone) / its standard deviation; 0 in the first 15% of a
                         ///< run and on new data
  bool used;             ///< whether the forecast rests on it, too; false for one that lies alone
};

/// What another LR from here on would give, against the plan.
struct RemainingLr {
  std::string name;        ///< in words, such as "hold for 40% of the rest, then fall to 0"
  std::string schedule;    ///< of the whole run, as a line of TOML that `losscast predict` reads
  double mean = 0;         ///< expected final loss [nats]
  double difference = 0;   ///< to that of the plan, below 0 if it is better [nats]
  Interval interval = {};  ///< that holds the difference with a probability of 90%
};

/// What the log says of data that changed: with the LR summed up to s since the change the loss lies by
/// J - P (1 - (1 + s / s0)^-b) above that on the data before, had they stayed (docs/phases.md). [nats]
struct DataShift {
  Step at = 0;           ///< after how many updates they changed
  LossForecast jump;     ///< J
  LossForecast pulled;   ///< what training on them took off it until the last logged step
  LossForecast to_come;  ///< and will take off from there to the end, as planned
};

/// What the part of a run that was logged says of the rest.
struct RunUpdate {
  Step last_step = 0;                  ///< of the log
  double point_noise = 0;              ///< of a logged point around its run, of this run's own points [nats]
  int set_aside = 0;                   ///< windows that lay far off alone: the forecast does not rest on them
  double effective_draws = 0;          ///< independent draws of the fit that those left are worth
  double offset = 0;                   ///< how far the run lies from the law at last_step, expected [nats]
  double offset_deviation = 0;         ///< and its standard deviation [nats]
  RunAlarm alarm;                      ///< whether it goes as forecast
  std::vector<WindowCheck> windows;    ///< of the log, in its order
  Statistics final_before;             ///< the final loss by the fit alone; on the data before, if they change
  std::optional<DataShift> new_data;   ///< where the data change
  std::vector<Step> steps;             ///< later ones, from last_step to the last of the run
  std::vector<Statistics> bands;       ///< of the loss at these, given the log
  std::vector<RemainingLr> remaining;  ///< other LRs for the rest, best first; empty at the end of the run
  bool plan_beaten = false;            ///< whether the interval of the best one lies below 0
  std::vector<std::string> warnings;   ///< a sentence each
  /// The final loss given the log.
  const Statistics& final_after() const { return bands.back(); }
};

/// How an update is computed.
struct RunUpdateOptions {
  int times = 60;   ///< later steps at which bands are given, about
  int threads = 0;  ///< of the CPU; 0: all cores. Results do not depend on it.
};

/// Weighs the fit's draws by how well they agree with the run so far, and forecasts the rest. The loss is the draw's
/// exact law + the run's discrepancy, a Gaussian process (docs/forecasting.md, "Runs in progress"), + the noise of
/// logged points; given the log, it is a mixture of normals. Where the data change the loss on the new ones adds a
/// DataShift to that, which the log after the change is asked for. Deterministic: nothing is simulated. The spread of
/// bands is that of the loss of the run, without observation noise. Throws InputError if no point is logged after the
/// warm-up and what follows it, or none after the data changed, or if these change outside of the run, or if the recipe
/// has a change that the model does not follow. Preconditions: the fit has draws;
/// times >= 2.
RunUpdate update_run(const Fit& fit, const RunSoFar& run, const RunUpdateOptions& options = {});

}  // namespace losscast
