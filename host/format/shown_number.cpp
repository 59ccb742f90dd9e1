#include "format/shown_number.hpp"

#include <fmt/format.h>

#include "losscast/format/number_text.hpp"

namespace losscast {

std::string shown_number(double value) {
  return number_text(parse_number(fmt::format("{:.11e}", value)).value_or(value));
}

}  // namespace losscast
