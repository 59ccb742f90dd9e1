// Reading a line of a log from its left end.
#pragma once

#include <optional>
#include <string_view>

#include "losscast/schedule/segment.hpp"

namespace losscast {

class TextScan {
 public:
  explicit TextScan(std::string_view text) : rest_(text) {}

  // Passes over blanks and this text; if it is not there, nothing happens and the answer is false.
  bool take(std::string_view text);

  // Passes over blanks and a whole number from 0 on, likewise.
  std::optional<Step> take_step();

  // What is left, up to the mark or the end; the mark is passed over too.
  std::string_view take_until(char mark);

  bool is_at_end() const { return rest_.empty(); }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

}  // namespace losscast
