#include "losscast/logs/recovered_schedule.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "logs/rate_reading.hpp"
#include "logs/shared_shift.hpp"
#include "logs/shared_warm_up.hpp"
#include "losscast/logs/rate_tolerances.hpp"

namespace losscast {

namespace {

// The first rate that the schedule does not have; null if it has them all.
const LoggedPoint* first_contradiction(const Schedule& schedule, std::span<const LoggedPoint> rates, Step shift) {
  const std::vector<double> tolerances = rate_tolerances(rates, kSlackOfFloat);
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const Step step = rates[i].step - shift;
    if (step < 0 || step >= schedule.total_steps()) continue;
    if (std::abs(schedule.lr(step) - rates[i].value) > tolerances[i]) return &rates[i];
  }
  return nullptr;
}

// The assumptions of a run's schedule, one of which may be on the shift.
RecoveredSchedule recovered(NamedReading run, const std::string& shift_note) {
  std::vector<std::string> assumptions;
  if (!shift_note.empty()) assumptions.push_back(shift_note);
  const std::string warm_up = run.warm_up_note ? *run.warm_up_note : warm_up_assumption(run.reading);
  if (!warm_up.empty()) assumptions.push_back(warm_up);
  for (std::string& fall : fall_assumptions(run.reading)) assumptions.push_back(std::move(fall));
  return {std::move(run.reading.arguments), run.reading.points.shift, std::move(assumptions)};
}

std::string shift_note(const std::optional<SharedShift>& shared, bool are_several) {
  if (!shared)
    return are_several ? "the runs' logs do not agree on the update that a rate is of: each was read by itself" : "";
  if (shared->is_certain) return {};
  return fmt::format("a rate may be that of its row's own update or of the one before: {} is assumed",
                     shared->shift == 1 ? "the one before" : "its own");
}

}  // namespace

std::optional<RateContradiction> rate_contradiction(const Schedule& schedule, std::span<const LoggedPoint> rates) {
  std::optional<RateContradiction> latest;
  for (const Step shift : {0, 1}) {
    const LoggedPoint* first = first_contradiction(schedule, rates, shift);
    if (!first) return std::nullopt;
    if (!latest || first->step > latest->logged.step)
      latest = RateContradiction{*first, schedule.lr(first->step - shift), shift};
  }
  return latest;
}

std::vector<RunRecovery> recover_schedules(std::span<const RunRates> runs) {
  std::vector<RateReadings> readings;
  for (const RunRates& run : runs) readings.push_back(rate_readings(run.rates, run.length));
  const std::optional<SharedShift> shared = shared_shift(readings);
  std::vector<RunRecovery> recoveries(runs.size());
  std::vector<NamedReading> chosen;
  std::vector<std::size_t> indices;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const auto shift = shared ? shared : shared_shift(std::span(readings).subspan(i, 1));
    if (!shift) continue;
    recoveries[i].shift = shift->shift;
    auto& reading = readings[i][static_cast<std::size_t>(shift->shift)];
    if (!reading) continue;
    chosen.push_back({runs[i].run, std::move(*reading)});
    indices.push_back(i);
  }
  share_warm_up(chosen);
  const std::string note = shift_note(shared, chosen.size() > 1);
  for (std::size_t k = 0; k < chosen.size(); ++k)
    recoveries[indices[k]].schedule = recovered(std::move(chosen[k]), note);
  return recoveries;
}

std::optional<RecoveredSchedule> recover_schedule(std::span<const LoggedPoint> rates, const RunLength& length) {
  return recover_schedules(std::vector<RunRates>{{"", rates, length}}).front().schedule;
}

}  // namespace losscast
