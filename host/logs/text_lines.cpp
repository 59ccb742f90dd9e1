#include "logs/text_lines.hpp"

#include <algorithm>

#include "logs/printed_number.hpp"

namespace losscast {

TextLines::TextLines(std::string_view content) : rest_(content) {
  constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (rest_.starts_with(kByteOrderMark)) rest_.remove_prefix(kByteOrderMark.size());
}

bool TextLines::next() {
  if (rest_.empty()) return false;
  const std::size_t end = std::min(rest_.find('\n'), rest_.size());
  is_whole_ = end < rest_.size();
  line_ = rest_.substr(0, end);
  if (line_.ends_with('\r')) line_.remove_suffix(1);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  ++number_;
  return true;
}

bool TextLines::is_blank() const { return without_blanks(line_).empty(); }

bool next_filled(TextLines& lines) {
  while (lines.next())
    if (!lines.is_blank()) return true;
  return false;
}

}  // namespace losscast
