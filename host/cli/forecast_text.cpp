#include "cli/forecast_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/counted.hpp"

namespace losscast {

std::string forecast_text(const Statistics& statistics) {
  if (std::isinf(statistics.mean)) return "none, as every path diverges";
  const bool known = std::isfinite(statistics.standard_error);  // it takes two paths that have not diverged
  std::string text = fmt::format("mean {:.5f} +- {}", statistics.mean,
                                 known ? fmt::format("{:.1g}", statistics.standard_error) : "unknown");
  if (statistics.posterior_error > 0)
    text += fmt::format(" (draws of the parameters +- {:.1g})", statistics.posterior_error);
  if (!std::isfinite(statistics.q05) || !std::isfinite(statistics.q95)) return text;
  return text + fmt::format(", 90% between {:.5f} and {:.5f}", statistics.q05, statistics.q95);
}

std::string performance_text(const Performance& performance, Step block, double total_seconds) {
  std::string text = fmt::format("{:.3g} path-steps (blocks of {} steps) in {:.2f} s of {:.2f} s, on {} ({})",
                                 static_cast<double>(performance.path_steps), block, performance.engine_seconds,
                                 total_seconds, performance.backend, performance.device);
  if (performance.math_deviation) text += "\n" + deviation_text(*performance.math_deviation);
  return text;
}

std::string deviation_text(const MathDeviation& deviation) {
  return fmt::format("fast mathematics: a path moved by up to {:.1e} nats, a mean by up to {:.1e}", deviation.path,
                     deviation.mean);
}

std::string work_text(const EnsembleWork& work) {
  const auto megabytes = [](std::size_t bytes) { return static_cast<double>(bytes) * 1e-6; };
  std::string text = fmt::format("{:.3g} path-steps in blocks of {} steps, {:.0f} MB of memory",
                                 static_cast<double>(work.path_steps), work.block, megabytes(work.host_bytes));
  if (work.device_bytes > 0) text += fmt::format(", {:.0f} MB on each GPU", megabytes(work.device_bytes));
  return text;
}

std::string levers_text(const LeversUsed& levers, double reduction) {
  std::vector<std::string> names;
  if (levers.antithetic == Lever::on) names.emplace_back("antithetic pairs");
  if (levers.twin_block) names.emplace_back("conditional mean");
  if (levers.exact_jumps == Lever::on) names.emplace_back("exact jumps");
  if (names.empty()) return "";
  constexpr double kAlike = 1.1;
  std::string text = fmt::format("levers: {}", fmt::join(names, ", "));
  if (reduction > kAlike)
    text += fmt::format("; {:.2g} times fewer path-steps than plain simulation needs for these errors", reduction);
  if (reduction > 0 && reduction < 1 / kAlike)
    text +=
        fmt::format("; for these errors plain simulation (--plain) needs {:.2g} times fewer path-steps", 1 / reduction);
  return text;
}

std::string precision_text(const PrecisionReport& report) {
  std::string text = fmt::format("stopped after {} ({}), errors up to {:.1g} nats", counted(report.rounds, "round"),
                                 stopped_by_name(report.stopped_by), report.largest_error);
  if (report.next_digit)
    text += fmt::format("; a tenth of that would take {:.2g} path-steps, about {:.2g} s", report.next_digit->path_steps,
                        report.next_digit->seconds);
  else
    text += fmt::format("; FP32 and the blocks allow no less than {:.1g}", report.honest_error);
  return text;
}

std::vector<std::string> precision_warnings(const PrecisionReport& report, std::size_t count) {
  if (report.missed.empty()) return {};
  return {fmt::format("{} of {} means missed the standard error of {:g} nats (stopped by: {}); the largest is {:.2g}",
                      report.missed.size(), count, report.goal.target_error.value_or(0),
                      stopped_by_name(report.stopped_by), report.largest_error)};
}

std::vector<std::string> step_warnings(const StepError& error) {
  if (error.mean <= kStepBiasLimit) return {};
  return {
      fmt::format("blocks of {} steps shift the mean loss by up to {:.2g} nats (the limit is {:g}). Lower --block, "
                  "or leave it out.",
                  error.block, error.mean, kStepBiasLimit)};
}

std::vector<std::string> math_warnings(MathMode asked_for, const Performance& performance) {
  if (asked_for == performance.math) return {};
  return {
      "--math fast did nothing (it is for GPUs, and the paths ran on a CPU): the results are the reproducible ones"};
}

std::string unknown_quantiles_text(const Statistics& statistics, std::optional<double> told) {
  if (statistics.diverged_share == 1) return "";  // of which no number of paths tells one
  std::vector<std::string> names;
  std::int64_t paths = 0;
  for (std::size_t i = 0; i < kQuantileProbabilities.size(); ++i) {
    if (!std::isnan(statistics.intervals[i].low) || told == kQuantileProbabilities[i]) continue;
    names.push_back(fmt::format("{:g}%", 100 * kQuantileProbabilities[i]));
    paths = std::max(paths, enough_paths(kQuantileProbabilities[i]));
  }
  if (names.empty()) return "";
  return fmt::format("too few paths for the {} quantile{} of the final loss, which {} left out: {} or more would do",
                     fmt::join(names, ", "), names.size() > 1 ? "s" : "", names.size() > 1 ? "are" : "is", paths);
}

}  // namespace losscast
