#include "schedule/argument_reader.hpp"

#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

double ArgumentReader::positive_number_or(const std::string& key, double otherwise) const {
  const double value = number_or(key, otherwise);
  if (!(value > 0))
    throw ArgumentError(key, fmt::format("{} = {} is not above 0", key, number_text(value)), "its formula needs that",
                        "raise it");
  return value;
}

Step ArgumentReader::positive_step_or(const std::string& key, Step otherwise) const {
  return static_cast<Step>(positive_number_or(key, static_cast<double>(otherwise)));
}

std::optional<std::string> ArgumentReader::one_of(const std::string& key, const std::string& alternative) const {
  if (has(key) && has(alternative))
    throw ArgumentError(alternative, fmt::format("{} is given beside {}", alternative, key), "each says the other",
                        "remove one of them");
  if (has(key)) return key;
  if (has(alternative)) return alternative;
  return std::nullopt;
}

void ArgumentReader::fail_missing(const std::string& key) const {
  throw ArgumentError(key, fmt::format("{} is missing", key),
                      fmt::format("a schedule of the family \"{}\" cannot be made without it", word("family")),
                      "add it");
}

}  // namespace losscast
