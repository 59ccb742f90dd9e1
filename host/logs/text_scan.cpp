#include "logs/text_scan.hpp"

#include <algorithm>
#include <charconv>

#include "logs/printed_number.hpp"

namespace losscast {

bool TextScan::take(std::string_view text) {
  const std::string_view there = without_blanks(rest_);
  if (!there.starts_with(text)) return false;
  rest_ = there.substr(text.size());
  return true;
}

std::optional<Step> TextScan::take_step() {
  const std::string_view there = without_blanks(rest_);
  Step step = 0;
  const auto [end, error] = std::from_chars(there.data(), there.data() + there.size(), step);
  if (error != std::errc() || step < 0) return std::nullopt;
  rest_ = there.substr(static_cast<std::size_t>(end - there.data()));
  return step;
}

std::string_view TextScan::take_until(char mark) {
  const std::size_t end = std::min(rest_.find(mark), rest_.size());
  const std::string_view part = without_blanks(rest_.substr(0, end));
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return part;
}

}  // namespace losscast
