#include "losscast/precision/precision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "engine/block_length.hpp"
#include "engine/check_request.hpp"
#include "losscast/base/error.hpp"
#include "losscast/engine/cost.hpp"

namespace losscast {
namespace {

using BeforeRun = std::function<void(const EnsembleWork&)>;

constexpr std::int64_t kPathsTogether = 16;  // rounds grow in whole tiles of paths
constexpr double kMargin = 1.1;              // more paths than the last round's error asks for, as it is an estimate
constexpr double kSafety = 2;                // a bias below target / kSafety passes

double last_error(const EnsembleResult& result, std::size_t schedule) {
  return result.statistics[schedule].back().standard_error;
}

std::int64_t whole_tiles(double paths) {
  return static_cast<std::int64_t>(std::ceil(paths / kPathsTogether)) * kPathsTogether;
}

// One run to a goal: what is done, what is left.
class Rounds {
 public:
  Rounds(const LossSde& sde, const EnsembleRequest& request, const Execution& execution, const PrecisionGoal& goal,
         const BeforeRun& before_run)
      : sde_(sde),
        request_(request),
        execution_(execution),
        before_run_(before_run),
        most_paths_(even(request_.paths)),
        began_(std::chrono::steady_clock::now()) {
    check_request(sde_, request_);
    out_.report.goal = goal;
    choose_blocks();
    const std::size_t count = request_.recipes.size();
    out_.paths.assign(count, 0);
    for (std::size_t s = 0; s < count; ++s) active_.push_back(s);
    paths_ = std::min(most_paths_, whole_tiles(static_cast<double>(goal.first_paths)));
    check_budget();
  }

  PreciseResult run() && {
    do {
      simulate_active();
    } while (plan_next());
    finish();
    return std::move(out_);
  }

 private:
  // Whatever a round has pairs of, the next one shall have, too.
  static std::int64_t even(std::int64_t paths) { return paths < 4 ? paths : paths / 2 * 2; }

  const PrecisionGoal& goal() const { return out_.report.goal; }
  double target() const { return goal().target_error.value_or(out_.report.honest_error); }
  double seconds() const { return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count(); }

  void choose_blocks() {
    const double wanted = goal().target_error.value_or(2 * kRoundingError);
    step_error_ = choose_block(sde_, request_, execution_.threads, wanted / kSafety);
    request_.block = step_error_.block;
    double& honest = out_.report.honest_error;
    honest = std::max(kRoundingError, kSafety * step_error_.at_end);
    if (goal().target_error && *goal().target_error < honest)
      throw InputError(
          fmt::format("a standard error of {:g} nats cannot be honest", *goal().target_error),
          honest > kRoundingError
              ? fmt::format("blocks of {} steps bias the mean by {:.1g} nats", step_error_.block, step_error_.at_end)
              : fmt::format("FP32 rounding moves a path by up to {:g} nats", kRoundingError),
          fmt::format("ask for {:.2g} or more{}", honest, honest > kRoundingError ? ", or for shorter blocks" : ""));
  }

  void check_budget() const {
    const double least = static_cast<double>(path_steps(paths_));
    if (goal().stop.path_steps && least > static_cast<double>(*goal().stop.path_steps))
      throw InputError(
          fmt::format("{} path-steps reach nothing", *goal().stop.path_steps),
          fmt::format("the first round, {} paths of {} schedules, takes {:.3g}", paths_, active_.size(), least),
          "allow more");
  }

  // Returns how many path-steps a round of the active schedules takes with so many paths.
  std::int64_t path_steps(std::int64_t paths) const {
    return count_work(sde_, round_of(paths), execution_, step_error_.block).path_steps;
  }

  EnsembleRequest round_of(std::int64_t paths) const {
    EnsembleRequest round = request_;
    round.paths = paths;
    round.recipes.clear();
    for (const std::size_t s : active_) round.recipes.push_back(request_.recipes[s]);
    return round;
  }

  void simulate_active() {
    const double before = seconds();
    EnsembleResult now = losscast::run(sde_, round_of(paths_), execution_, before_run_);
    seconds_a_path_step_ = (seconds() - before) / static_cast<double>(now.performance.path_steps);
    EnsembleResult& all = out_.result;
    if (out_.report.rounds++ == 0) {
      request_.levers = as_used(now.levers);
      all = std::move(now);
      std::fill(out_.paths.begin(), out_.paths.end(), paths_);
    } else {
      for (std::size_t i = 0; i < active_.size(); ++i) replace(active_[i], i, now);
      add(all.performance, now.performance);
    }
    all.step_error = step_error_;
    std::erase_if(active_, [&](std::size_t s) { return last_error(all, s) <= target(); });
  }

  void replace(std::size_t schedule, std::size_t place, EnsembleResult& now) {
    EnsembleResult& all = out_.result;
    all.statistics[schedule] = std::move(now.statistics[place]);
    if (!now.values.empty()) all.values[schedule] = std::move(now.values[place]);
    if (!now.samples.empty()) all.samples[schedule] = std::move(now.samples[place]);
    out_.paths[schedule] = paths_;
  }

  // Whether there is a next round; otherwise why not.
  bool plan_next() {
    StoppedBy& why = out_.report.stopped_by;
    if (active_.empty()) return why = StoppedBy::target, false;
    if (paths_ >= most_paths_) return why = StoppedBy::paths, false;
    if (goal().stop.rounds && out_.report.rounds >= *goal().stop.rounds) return why = StoppedBy::rounds, false;
    double growth = 2;
    for (const std::size_t s : active_) {
      const double ratio = last_error(out_.result, s) / target();
      if (std::isfinite(ratio)) growth = std::max(growth, kMargin * ratio * ratio);
    }
    // Small enough rounds to stop between, by a rule that does not depend on the clock, so that they can be repeated.
    constexpr double kTimedGrowth = 4;
    if (goal().stop.seconds || goal().stop.rounds) growth = std::min(growth, kTimedGrowth);
    const double wanted = std::min(static_cast<double>(most_paths_), growth * static_cast<double>(paths_));
    const std::int64_t next = std::min(most_paths_, whole_tiles(wanted));
    const std::int64_t spent = out_.result.performance.path_steps;
    std::int64_t affordable = next;
    if (goal().stop.path_steps) {
      // Work grows along a line: noise-free twins cost the same whatever the number of paths.
      const auto once = static_cast<double>(path_steps(next)), twice = static_cast<double>(path_steps(2 * next));
      const double left = static_cast<double>(*goal().stop.path_steps - spent) - (2 * once - twice);
      const double paths = std::min(static_cast<double>(next), left / (twice - once) * static_cast<double>(next));
      affordable = static_cast<std::int64_t>(std::max(0.0, paths)) / kPathsTogether * kPathsTogether;
      if (paths >= static_cast<double>(next)) affordable = next;
      if (affordable <= paths_) return why = StoppedBy::path_steps, false;
    }
    const double next_seconds = seconds_a_path_step_ * static_cast<double>(path_steps(affordable));
    if (goal().stop.seconds && seconds() + next_seconds > *goal().stop.seconds) return why = StoppedBy::seconds, false;
    paths_ = affordable;
    return true;
  }

  void finish() {
    PrecisionReport& report = out_.report;
    for (std::size_t s = 0; s < request_.recipes.size(); ++s) {
      const double error = last_error(out_.result, s);
      report.largest_error = error <= report.largest_error ? report.largest_error : error;
      if (std::isnan(error)) report.largest_error = std::numeric_limits<double>::infinity();
    }
    if (goal().target_error) report.missed = active_;
    const NextDigit next{report.largest_error / 10, 100 * static_cast<double>(out_.result.performance.path_steps),
                         100 * out_.result.performance.engine_seconds};
    if (next.error >= report.honest_error) report.next_digit = next;
  }

  const LossSde& sde_;
  EnsembleRequest request_;
  Execution execution_;
  const BeforeRun& before_run_;
  std::int64_t most_paths_;
  std::chrono::steady_clock::time_point began_;
  PreciseResult out_;
  StepError step_error_;
  std::vector<std::size_t> active_;  // schedules that take part in the next round
  std::int64_t paths_ = 0;           // of each in that round
  double seconds_a_path_step_ = 0;
};

}  // namespace

const char* stopped_by_name(StoppedBy reason) {
  switch (reason) {
    case StoppedBy::target:
      return "target";
    case StoppedBy::paths:
      return "paths";
    case StoppedBy::path_steps:
      return "path_steps";
    case StoppedBy::seconds:
      return "seconds";
    case StoppedBy::rounds:
      return "rounds";
  }
  return "unknown";
}

PreciseResult run_to_precision(const LossSde& sde, const EnsembleRequest& request, const Execution& execution,
                               const PrecisionGoal& goal, const BeforeRun& before_run) {
  return Rounds(sde, request, execution, goal, before_run).run();
}

}  // namespace losscast
