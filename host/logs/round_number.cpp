#include "logs/round_number.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

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

}  // namespace

std::vector<double> round_numbers(double value, double error) {
  constexpr std::size_t kMost = 4;
  std::vector<double> numbers;
  if (value <= error) numbers.push_back(0);

  for (int digits = 1; digits <= 16 && numbers.size() < kMost && value > 0; ++digits) {
    const double rounded = parse_number(fmt::format("{:.{}e}", value, digits - 1)).value_or(value);
    if (std::abs(rounded - value) <= error && (numbers.empty() || numbers.back() != rounded))
      numbers.push_back(rounded);
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

std::vector<Step> steps_by_roundness(Step low, Step high) {
  constexpr Step kMost = 20'000;
  std::vector<Step> steps;
  for (Step step = low; step <= high && high - low < kMost; ++step) steps.push_back(step);
  std::ranges::stable_sort(steps, std::greater{}, largest_unit);
  return steps;
}

}  // namespace losscast
