// Tells people how a sweep goes that is done in rounds, and hears the signals that ask it to stop.
#pragma once

#include <cstdint>
#include <string>

#include "cli/cost_on_screen.hpp"
#include "cli/progress_line.hpp"
#include "cli/stop_signals.hpp"
#include "losscast/jobs/run_shards.hpp"

namespace losscast {

class JobsOnScreen final : public CostOnScreen, public JobObserver {
 public:
  // `prefix` tells this process from others that work on the same sweep; it may be empty.
  explicit JobsOnScreen(std::string prefix = "") : line_(std::move(prefix)) {}

  void before_candidates(std::int64_t points) override;
  void before_race(std::int64_t candidates) override;
  void before_bands(std::size_t candidates) override;
  void after_round(const RaceRound& round) override;
  void after_probe(const Probe& probe) override;

  void begins(const std::string& what, std::int64_t items, std::int64_t done) override;
  void progress(std::int64_t done, double best) override { line_.update(done, best); }
  void ends() override { line_.end(); }
  void notices(const std::string& text) override;
  bool asks_to_stop() override { return signals_.arrived(); }
  void before_saving() override;
  void after_saving() override;

  // Of what was begun last.
  std::int64_t items() const { return items_; }
  // Whether all of that was done before, as far as was noticed.
  bool had_nothing_to_do() const { return done_before_ == items_ && !noticed_; }

  // The work is over: a signal does not end the program any more that is about to end well.
  void finish();

  // What comes is no work on a sweep: signals end the program as ever.
  void leave_signals_alone() const { signals_.let_go(); }

 private:
  ProgressLine line_;
  StopSignals signals_;
  std::int64_t items_ = 0, done_before_ = 0;
  bool noticed_ = false;
};

}  // namespace losscast
