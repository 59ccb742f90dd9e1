// Schedules one after another, each with a clock of its own that begins at 0.
#include <fmt/format.h>

#include "losscast/base/error.hpp"
#include "schedule/run.hpp"

namespace losscast {

namespace {

Schedule make(const Arguments& given) {
  const ArgumentReader arguments(given);
  Timeline timeline;
  std::size_t index = 0;
  for (const Arguments& phase : arguments.list("phases")) {
    try {
      timeline.append(make_schedule(phase));
    } catch (const ArgumentError& error) {
      throw ArgumentError(fmt::format("phases[{}].{}", index, error.key()),
                          error.at(fmt::format("phase {}", index + 1)));
    }
    ++index;
  }
  return std::move(timeline).schedule();
}

}  // namespace

Family phases_family() {
  return {"phases",
          "schedules one after another: continual training, fine-tuning, a change of data or batch size",
          {{"phases", FamilyArgument::Kind::phases, "the schedules, each with its own family and total_steps", ""}},
          make};
}

}  // namespace losscast
