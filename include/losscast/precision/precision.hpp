/// \file
/// Simulating until the means are as sharp as asked for, or a budget is spent.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "losscast/engine/ensemble.hpp"
#include "losscast/engine/stop_rules.hpp"

namespace losscast {

/// What is wanted, and what it may cost. If nothing is set, the request runs as it stands.
struct PrecisionGoal {
  std::optional<double> target_error;  ///< simulation error of every schedule's last mean [nats]
  StopRules stop;                      ///< what all rounds together may cost
  std::int64_t first_paths = 256;      ///< of the first round

  /// Whether there is a target or a limit.
  bool any() const { return target_error || stop.any(); }
};

/// Why there was no further round.
enum class StoppedBy {
  target,      ///< every error is small enough
  paths,       ///< the request's number of paths is reached
  path_steps,  ///< StopRules::path_steps do not suffice for another round
  seconds,     ///< StopRules::seconds do not
  rounds,      ///< StopRules::rounds are done
};
/// Returns the reason as files name it: the enumerator.
const char* stopped_by_name(StoppedBy reason);

/// What it would take to reach a tenth of the present error.
struct NextDigit {
  double error = 0;       ///< [nats]
  double path_steps = 0;  ///< in all, from the start
  double seconds = 0;     ///< likewise, at the speed so far
};

/// How precise the means are, and why not more so.
struct PrecisionReport {
  PrecisionGoal goal;                        ///< as it was given
  int rounds = 0;                            ///< that were simulated
  StoppedBy stopped_by = StoppedBy::target;  ///< why the last round was the last
  double largest_error = 0;                  ///< simulation error of a last mean [nats]
  std::vector<std::size_t> missed;           ///< schedules whose error is above the target
  std::optional<NextDigit> next_digit;       ///< nothing where it would lie below what FP32 and the blocks allow
  double honest_error = 0;                   ///< below which FP32 and the blocks' length decide, not the paths [nats]
};

/// Statistics of every schedule, each from its own last round.
struct PreciseResult {
  EnsembleResult result;            ///< of all schedules, in the request's order
  std::vector<std::int64_t> paths;  ///< of each schedule
  PrecisionReport report;           ///< how precise it is
};

/// FP32 rounding of a path stays below this [nats].
inline constexpr double kRoundingError = 1e-5;

/// Simulates in rounds of more and more paths, at most request.paths a schedule; the errors of one round say how many
/// paths the next one needs. A schedule whose error is small enough takes no part in further rounds. Each round begins
/// with path 0, so that a schedule's statistics are those of one request with its number of paths, and two schedules
/// share the paths that both have. Blocks are chosen so short that their bias at the end stays below the target. Throws
/// InputError as run() does; for a target below what FP32 or the bias of a given block allow, naming the smallest
/// honest one; and for a budget that the first round already exceeds, naming what that round takes. `before_run` is
/// told of each round.
PreciseResult run_to_precision(const LossSde& sde, const EnsembleRequest& request, const Execution& execution,
                               const PrecisionGoal& goal,
                               const std::function<void(const EnsembleWork&)>& before_run = {});

}  // namespace losscast
