#include "logs/odd_rates.hpp"

#include <algorithm>
#include <cmath>

#include "logs/rate_reading.hpp"
#include "losscast/logs/rate_tolerances.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast {

namespace {

// The rates that differ from the schedule's.
std::vector<OddRate> odd_rates(const RateReading& reading, std::span<const LoggedPoint> rates) {
  const Schedule schedule = make_schedule(reading.arguments);
  const std::vector<double> tolerances = rate_tolerances(rates, kSlackOfFloat);
  std::vector<OddRate> odd;
  for (std::size_t i = 0; i < rates.size(); ++i) {
    const Step step = rates[i].step - reading.points.shift;
    if (step < 0 || step >= schedule.total_steps()) continue;
    const double lr = schedule.lr(step);
    if (std::abs(lr - rates[i].value) > tolerances[i]) odd.push_back({rates[i], lr});
  }
  return odd;
}

std::vector<LoggedPoint> without(std::span<const LoggedPoint> rates, const std::vector<OddRate>& odd) {
  std::vector<LoggedPoint> rest;
  for (const LoggedPoint& rate : rates)
    if (std::ranges::none_of(odd, [&](const OddRate& one) { return one.logged.step == rate.step; }))
      rest.push_back(rate);
  return rest;
}

// Every second rate, from the first or the second on: a single odd one is in one half only, and the other half shows
// the schedule.
std::vector<LoggedPoint> half_of(std::span<const LoggedPoint> rates, std::size_t first) {
  std::vector<LoggedPoint> half;
  for (std::size_t i = first; i < rates.size(); i += 2) half.push_back(rates[i]);
  return half;
}

}  // namespace

std::optional<ScheduleWithOddRates> schedule_with_odd_rates(std::span<const LoggedPoint> rates,
                                                            const RunLength& length) {
  constexpr std::size_t kFewest = 20, kOneIn = 50, kBesideFalls = 3;  // half of the rates tells less of where one falls
  if (rates.size() < kFewest) return std::nullopt;
  const std::size_t most = std::max<std::size_t>(rates.size() / kOneIn, 1);
  for (const std::size_t first : {0, 1})
    for (const auto& reading : rate_readings(half_of(rates, first), length)) {
      if (!reading) continue;
      const std::vector<OddRate> suspects = odd_rates(*reading, rates);
      if (suspects.empty() || suspects.size() > most + kBesideFalls) continue;
      const auto found =
          rate_readings(without(rates, suspects), length)[static_cast<std::size_t>(reading->points.shift)];
      if (!found) continue;
      std::vector<OddRate> odd = odd_rates(*found, rates);
      if (!odd.empty() && odd.size() <= most) return ScheduleWithOddRates{found->arguments, std::move(odd)};
    }
  return std::nullopt;
}

}  // namespace losscast
