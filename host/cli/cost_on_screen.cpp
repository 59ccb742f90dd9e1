#include "cli/cost_on_screen.hpp"

#include <fmt/format.h>

#include "cli/duration_text.hpp"
#include "cli/forecast_text.hpp"
#include "cli/output.hpp"

namespace losscast {
namespace {

constexpr double kMinute = 60;

}  // namespace

void report_cost(double seconds, std::string_view work) {
  if (seconds > kMinute) report_progress(fmt::format("about {}: {}", duration_text(seconds), work));
}

void CostOnScreen::before_run(const EnsembleWork& work) { work_ = work_text(work); }

void CostOnScreen::expects(double seconds) { report_cost(seconds, work_); }

// The later rounds, in which ever fewer candidates get ever more, take about half of what the first one does.
void CostOnScreen::before_first_round(const FirstRound& round) {
  if (raced_) return;
  raced_ = true;
  constexpr double kAllRounds = 1.5;
  report_cost(kAllRounds * round.seconds,
              fmt::format("{:.3g} path-steps for a first look at {} candidates", round.path_steps, round.candidates));
}

}  // namespace losscast
