#include "cli/jobs_on_screen.hpp"

#include <fmt/format.h>

#include "cli/output.hpp"

namespace losscast {

void JobsOnScreen::before_candidates(std::int64_t points) {
  constexpr std::int64_t kQuick = 100'000;  // made before anybody wonders
  if (points > kQuick) report_progress(fmt::format("finding candidates among {} points of the space", points));
}

void JobsOnScreen::before_race(std::int64_t candidates) {
  report_progress(fmt::format("racing {} candidates", candidates));
}

void JobsOnScreen::before_bands(std::size_t candidates) {
  report_progress(fmt::format("simulating {} of them once more, for bands over time", candidates));
}

void JobsOnScreen::after_round(const RaceRound& round) {
  report_progress(
      fmt::format("{} of {} candidates left after {} units", round.survivors, round.candidates, round.units));
}

void JobsOnScreen::after_probe(const Probe& probe) {
  report_progress(fmt::format("after {} steps the best comes to {:.4f}", probe.steps, probe.mean));
}

void JobsOnScreen::begins(const std::string& what, std::int64_t items, std::int64_t done) {
  if (line_.is_at(what, items, done)) return;
  if (done > 0 && done < items) report_progress(fmt::format("{}: going on after {} of {}", what, done, items));
  line_.begin(what, items, done);
  items_ = items;
  done_before_ = done;
}

void JobsOnScreen::notices(const std::string& text) {
  report_warning(text);
  noticed_ = true;
}

void JobsOnScreen::finish() {
  line_.end();
  signals_.work_is_over();
}

void JobsOnScreen::before_saving() { signals_.acknowledge(); }

void JobsOnScreen::after_saving() { signals_.be_patient(); }

}  // namespace losscast
