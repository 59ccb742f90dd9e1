// A small sweep that is planned in a folder.
#pragma once

#include <cmath>
#include <filesystem>
#include <limits>
#include <string>
#include <vector>

#include "losscast/io/fit_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/jobs/merge.hpp"
#include "losscast/jobs/plan.hpp"
#include "losscast/jobs/run_shards.hpp"
#include "losscast/sweep/begin_rounds.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {

using Settings = std::vector<std::string>;  // KEY=VALUE, as --set has them

inline const Settings kRanking;
inline const Settings kAllBands = {"bands.candidates=\"all\"", "bands.times=4"};
inline const Settings kRace = {"search.method=\"race\"", "search.points=\"grid\""};

// A folder with the sweep's inputs, in which plans can be frozen.
class PlannedSweep : public SmallProblem {
 public:
  explicit PlannedSweep(Settings settings = {}) : settings_(std::move(settings)) {}

  std::filesystem::path folder() const { return path() / "plan"; }

  // The plan as the inputs have it now, with further settings.
  SweepPlan plan(const Settings& further = {}) const {
    Settings all = settings_;
    all.insert(all.end(), further.begin(), further.end());
    SweepConfig config = read_sweep(path() / "sweep.toml", all);
    Fit fit = read_fit(config.fit);
    return make_plan(path() / "sweep.toml", std::move(config), std::move(fit), options());
  }

  // Freezes it, and returns it as it is read back.
  SweepPlan freeze(int shards) const {
    const SweepPlan planned = plan();
    const auto begun = begin_rounds(planned.config, planned.fit, planned.options);
    freeze_plan(planned, *begun, shards, folder(), {});
    return read_plan(folder());
  }

  static SweepOptions options() {
    SweepOptions options;
    options.execution.backend = Backend::cpu;
    options.execution.threads = 1;
    return options;
  }

 private:
  Settings settings_;
};

inline ShardOptions on_one_thread(int jobs = 1) { return {PlannedSweep::options().execution, jobs, {}}; }

inline MergeOptions merging(double most_seconds_here = 60) {
  MergeOptions options;
  options.execution = PlannedSweep::options().execution;
  options.most_seconds_here = most_seconds_here;
  return options;
}

// Remembers what it is told, and asks to stop after some progress if it is made so.
class Listener : public JobObserver {
 public:
  explicit Listener(std::int64_t stop_after = -1) : stop_after_(stop_after) {}

  void begins(const std::string&, std::int64_t, std::int64_t done) override { at_the_beginning = done_ = done; }
  void progress(std::int64_t done, double best) override {
    done_ = done;
    best_now = best;
    best_ever = std::fmin(best_ever, best);
  }
  void notices(const std::string& text) override { noticed.push_back(text); }
  bool asks_to_stop() override { return stop_after_ >= 0 && done_ >= at_the_beginning + stop_after_; }
  void before_saving() override { ++savings; }

  std::vector<std::string> noticed;
  std::int64_t at_the_beginning = 0;
  int savings = 0;
  double best_now = std::numeric_limits<double>::quiet_NaN(), best_ever = best_now;

 private:
  std::int64_t stop_after_, done_ = 0;
};

}  // namespace losscast::test
