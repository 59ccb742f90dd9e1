#include "format/check_number.hpp"

#include <fmt/format.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

bool is_probability(double value) { return value > 0 && value < 1; }

void require_probability(double value, std::string_view what, double example) {
  if (!is_probability(value))
    throw InputError(fmt::format("{} is no {}", number_text(value), what),
                     "it is a probability between 0 and 1, both excluded",
                     fmt::format("give one such as {}", number_text(example)));
}

void require_nats(double value, std::string_view given, std::string_view what, std::string_view remedy) {
  if (!(value > 0 && std::isfinite(value)))
    throw InputError(fmt::format("{} is no {}", given, what), "it is in nats, above 0", remedy);
}

}  // namespace losscast
