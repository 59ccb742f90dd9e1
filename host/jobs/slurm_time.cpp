#include "jobs/slurm_time.hpp"

#include <fmt/format.h>

#include <charconv>
#include <vector>

#include "losscast/base/contract.hpp"

namespace losscast {
namespace {

// A whole number of at most six digits, so that nothing that is made of it can overflow.
std::optional<std::int64_t> small_number(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  if (!is_whole || text.front() == '-' || text.size() > 6) return std::nullopt;
  return value;
}

// The numbers between the colons; none if one of them is no number.
std::vector<std::int64_t> numbers(std::string_view text) {
  std::vector<std::int64_t> found;
  for (;;) {
    const std::size_t colon = text.find(':');
    const std::optional<std::int64_t> number = small_number(text.substr(0, colon));
    if (!number) return {};
    found.push_back(*number);
    if (colon == std::string_view::npos) return found;
    text.remove_prefix(colon + 1);
  }
}

}  // namespace

std::optional<std::int64_t> slurm_seconds(std::string_view text) {
  std::int64_t seconds = 0;
  std::int64_t unit = 60;  // of the first number
  const std::size_t dash = text.find('-');
  const bool has_days = dash != std::string_view::npos;
  if (has_days) {
    const std::optional<std::int64_t> days = small_number(text.substr(0, dash));
    if (!days) return std::nullopt;
    seconds = *days * 86400;
    text.remove_prefix(dash + 1);
  }
  const std::vector<std::int64_t> parts = numbers(text);
  if (parts.empty() || parts.size() > 3) return std::nullopt;
  if (has_days || parts.size() == 3) unit = 3600;
  for (const std::int64_t part : parts) {
    seconds += part * unit;
    unit /= 60;
  }
  return seconds > 0 ? std::optional(seconds) : std::nullopt;
}

std::string slurm_time(std::int64_t seconds) {
  LOSSCAST_EXPECTS(seconds > 0);
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace losscast
