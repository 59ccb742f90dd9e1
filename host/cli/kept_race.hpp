// A race that is kept on disk, so that the same command goes on after an interruption.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "cli/stop_signals.hpp"
#include "cli/stopwatch.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"

namespace losscast {

// Keeps a race's progress in `file`: after its first part, every few seconds, and when the program is asked to stop.
class KeptRace {
 public:
  KeptRace(std::filesystem::path file, const SweepConfig& config, const SweepOptions& options);

  // What an interrupted run of the same sweep has left, if one has.
  std::optional<SearchProgress> left_behind() const;

  // Throws Error(ExitCode::interrupted) after a signal, with everything kept.
  void keep(const RaceProgress& race, const BestOfDraws& best_of_draws);

  // The race is over: signals end the program as ever. Throws Error(ExitCode::interrupted) if one has arrived.
  void stop_listening();

  void remove() const;  // the file: what was kept is of no more use

 private:
  std::filesystem::path file_;
  std::string identity_;
  std::optional<StopSignals> signals_{std::in_place};
  bool kept_once_ = false;
  Stopwatch since_kept_;
};

}  // namespace losscast
