#include "cli/cost_on_screen.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "cli/forecast_text.hpp"
#include "cli/output.hpp"

namespace losscast {
namespace {

constexpr double kMinute = 60, kHour = 3600, kDay = 86'400;

}  // namespace

std::string duration_text(double seconds) {
  const auto text = [&](double unit, const char* name) {
    const double count = std::max(1.0, std::round(seconds / unit));
    return fmt::format("{:.0f} {}{}", count, name, count > 1 ? "s" : "");
  };
  if (seconds < 1.5 * kHour) return text(kMinute, "minute");
  if (seconds < 1.5 * kDay) return text(kHour, "hour");
  return text(kDay, "day");
}

void report_cost(double seconds, std::string_view work) {
  if (seconds > kMinute) report_progress(fmt::format("about {}: {}", duration_text(seconds), work));
}

void CostOnScreen::before_run(const EnsembleWork& work) { work_ = work_text(work); }

void CostOnScreen::expects(double seconds) { report_cost(seconds, work_); }

// The later rounds, in which ever fewer candidates get ever more, take about half of what the first one does.
void CostOnScreen::after_part(const RaceProgress& progress, const BestOfDraws&) {
  if (raced_ || !progress.before.rounds.empty() || progress.seen == 0) return;
  raced_ = true;
  constexpr double kAllRounds = 1.5;
  const auto candidates = static_cast<double>(progress.round.candidates), seen = static_cast<double>(progress.seen);
  report_cost(kAllRounds * progress.seconds * candidates / seen,
              fmt::format("{:.3g} path-steps for a first look at {:.0f} candidates",
                          progress.path_steps * candidates / seen, candidates));
}

}  // namespace losscast
