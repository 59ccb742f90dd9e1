#include "logs/shared_shift.hpp"

#include <algorithm>

#include "logs/round_number.hpp"

namespace losscast {

namespace {

std::size_t digits_in(const Arguments& arguments) {
  std::size_t digits = 0;
  for (const auto& [name, value] : arguments.values) {
    if (const auto* number = std::get_if<double>(&value)) digits += significant_digits(*number);
    if (const auto* list = std::get_if<std::vector<double>>(&value))
      for (const double number : *list) digits += significant_digits(number);
  }
  return digits;
}

bool has_any(const RateReadings& run) { return run[0] || run[1]; }

// How many digits have to be written to name the schedules of all runs. Nothing if one that has a schedule has none
// that way.
std::optional<std::size_t> digits_of(std::span<const RateReadings> runs, std::size_t shift) {
  std::size_t digits = 0;
  for (const RateReadings& run : runs) {
    if (!has_any(run)) continue;
    if (!run[shift]) return std::nullopt;
    digits += digits_in(run[shift]->arguments);
  }
  return digits;
}

}  // namespace

std::optional<SharedShift> shared_shift(std::span<const RateReadings> runs) {
  if (std::ranges::none_of(runs, has_any)) return std::nullopt;
  const std::optional<std::size_t> own = digits_of(runs, 0), late = digits_of(runs, 1);
  if (!own && !late) return std::nullopt;
  if (!own || !late) return SharedShift{late ? 1 : 0, true};
  const bool are_equal = std::ranges::all_of(
      runs, [](const RateReadings& run) { return !has_any(run) || run[0]->arguments == run[1]->arguments; });
  return SharedShift{*late < *own ? 1 : 0, are_equal};
}

}  // namespace losscast
