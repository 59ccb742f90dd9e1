#include "losscast/logs/omissions.hpp"

#include <fmt/format.h>

namespace losscast {

std::string Omissions::text() const {
  struct Words {
    const char* one;
    const char* many;
  };
  static constexpr std::array<Words, kOmissions> kWords = {{
      {"row without a loss or a rate", "rows without a loss or a rate"},
      {"row without a step", "rows without a step"},
      {"value that is not finite", "values that are not finite"},
      {"repeated header", "repeated headers"},
      {"row that a rerun took the place of", "rows that a rerun took the place of"},
      {"value of a step that came again", "values of steps that came again"},
  }};
  std::string text;
  for (std::size_t i = 0; i < kOmissions; ++i) {
    if (counts[i] == 0) continue;
    text +=
        fmt::format("{}{} {}", text.empty() ? "" : ", ", counts[i], counts[i] == 1 ? kWords[i].one : kWords[i].many);
  }
  return text;
}

}  // namespace losscast
