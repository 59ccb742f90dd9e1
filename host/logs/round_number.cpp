#include "logs/round_number.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <functional>
#include <string>
#include <utility>

#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

constexpr Step kLargestUnit = 1'000'000'000'000'000;

// The highest power of ten, or half or a fifth of one, that the number divides by.
Step largest_unit(Step step) {
  if (step == 0) return kLargestUnit;
  for (Step power = kLargestUnit; power > 1; power /= 10)
    for (const Step unit : {power, power / 2, power / 5})
      if (step % unit == 0) return unit;
  return 1;
}

// The number with so many significant digits.
double with_digits(double value, int digits) {
  std::array<char, 32> text;  // that of 16 digits has 23 characters at most
  const auto [end, status] =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific, digits - 1);
  double rounded = value;
  std::from_chars(text.data(), end, rounded);  // leaves it as it is where it would be infinite
  return rounded;
}

}  // namespace

std::vector<double> round_numbers(double value, double error) {
  constexpr std::size_t kMost = 4;
  std::vector<double> numbers;
  if (value <= error) numbers.push_back(0);

  for (int digits = 1; digits <= 16 && numbers.size() < kMost && value > 0; ++digits) {
    const double rounded = with_digits(value, digits);
    if (std::abs(rounded - value) <= error && (numbers.empty() || numbers.back() != rounded))
      numbers.push_back(rounded);
    if (rounded == value) break;
  }
  if (numbers.empty() || numbers.back() != value) numbers.push_back(std::max(value, 0.0));
  return numbers;
}

std::size_t significant_digits(double value) {
  std::string digits;
  for (const char c : number_text(value)) {
    if (c == 'e') break;
    if (c >= '0' && c <= '9') digits += c;
  }
  const std::size_t first = digits.find_first_not_of('0');
  return first == std::string::npos ? 0 : digits.find_last_not_of('0') + 1 - first;
}

Step roundest_step(Step low, Step high) {
  for (Step power = kLargestUnit; power > 1; power /= 10)
    for (const Step unit : {power, power / 2, power / 5})
      if (const Step multiple = high / unit * unit; multiple >= low && unit > 1) return multiple;
  return low;
}

std::vector<Step> steps_by_roundness(Step low, Step high, std::size_t most) {
  constexpr Step kMost = 20'000;
  std::vector<std::pair<Step, Step>> with_units;
  for (Step step = low; step <= high && high - low < kMost; ++step) with_units.emplace_back(largest_unit(step), step);
  std::ranges::stable_sort(with_units, std::greater{}, &std::pair<Step, Step>::first);
  std::vector<Step> steps;
  for (const auto& [unit, step] : with_units)
    if (steps.size() < most) steps.push_back(step);
  return steps;
}

std::size_t most_with(std::size_t others) {
  constexpr std::size_t kMostPairs = 20'000, kRoot = 141;
  return std::max(kRoot, kMostPairs / std::max<std::size_t>(others, 1));
}

}  // namespace losscast
