#include "cli/finite_result.hpp"

#include <fmt/format.h>

#include <cmath>

#include "losscast/base/error.hpp"

namespace losscast {
namespace {

[[noreturn]] void fail(std::string_view what) {
  throw InputError(fmt::format("{} is not a number", what),
                   "the learning rates, the weight decay and the fit are beyond what the law can follow",
                   "check their units, and that the fit is of runs like these");
}

}  // namespace

void require_finite(double number, std::string_view what) {
  if (!std::isfinite(number)) fail(what);
}

void require_numbers(const Statistics& statistics, std::string_view what) {
  if (statistics.status == Status::non_finite) fail(what);
}

void require_numbers(const StepError& error) {
  for (const double one : {error.mean, error.standard_deviation, error.at_end})
    if (std::isnan(one)) fail("the exact law of the loss");
}

void require_numbers(const SweepResult& result) {
  require_numbers(result.step_error);
  require_numbers(result.ranked.front().statistics, "the loss of every candidate");
}

}  // namespace losscast
