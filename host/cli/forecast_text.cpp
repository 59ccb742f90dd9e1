#include "forecast_text.hpp"

#include <fmt/format.h>

namespace losscast {

std::string forecast_text(const Statistics& statistics) {
  return fmt::format("mean {:.5f} +- {:.5f}, 90% between {:.5f} and {:.5f}", statistics.mean, statistics.standard_error,
                     statistics.q05, statistics.q95);
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

std::vector<std::string> step_warnings(const StepError& error) {
  if (error.mean <= kStepBiasLimit) return {};
  return {
      fmt::format("blocks of {} steps shift the mean loss by up to {:.2g} nats (the limit is {:g}) Lower --block, "
                  "or leave it out.",
                  error.block, error.mean, kStepBiasLimit)};
}

std::vector<std::string> math_warnings(MathMode asked_for, const Performance& performance) {
  if (asked_for == performance.math) return {};
  return {
      "--math fast did nothing (it is for GPUs, and the paths ran on a CPU): the results are the reproducible ones"};
}

std::vector<std::string> result_warnings(const Statistics& statistics, const StepError& error) {
  std::vector<std::string> warnings = step_warnings(error);
  if (statistics.status != Status::ok)
    warnings.push_back(fmt::format("{:.3g}% of the paths are lost ({}): the mean is over the others",
                                   100 * statistics.diverged_share, status_name(statistics.status)));
  return warnings;
}

}  // namespace losscast
