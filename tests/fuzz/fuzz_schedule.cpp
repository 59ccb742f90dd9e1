// The value of --schedule. Input: the text.
#include <cmath>

#include "losscast/schedule/describe.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

namespace {

void require_rates(const Schedule& schedule) {
  const Step last = schedule.total_steps() - 1;
  for (const Step step : {Step{0}, last / 3, last / 2, last}) {
    const double lr = schedule.lr(step);
    fuzz::require(std::isfinite(lr) && lr >= 0, "an LR is negative or not finite");
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string input = fuzz::text_of(data, size);
  return fuzz::try_reader([&] {
    const Arguments arguments = parse_schedule_text(input, "--schedule");
    const std::string text = schedule_text(arguments);
    fuzz::require(parse_schedule_text(text, "--schedule") == arguments, "it reads back as another: " + text);
    const Recipe recipe = parse_recipe(input, "--schedule");
    require_rates(recipe.schedule);
    fuzz::require(fuzz::is_printable_line(describe(recipe.schedule)), "its description is no printable line");
  });
}
