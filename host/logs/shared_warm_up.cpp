#include "logs/shared_warm_up.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace losscast {

namespace {

constexpr std::array<const char*, 3> kKeys = {"warmup_steps", "warmup_start_lr", "warmup_shape"};

bool has(const Arguments& arguments, const char* key) { return arguments.values.contains(key); }

// The arguments of one run with the warm-up of another. Nothing if that begins at a rate that depends on its own peak.
std::optional<Arguments> with_warm_up_of(const Arguments& other, Arguments arguments) {
  if (has(other, "warmup_start_lr") && other.values.at("peak_lr") != arguments.values.at("peak_lr"))
    return std::nullopt;
  for (const char* key : kKeys) {
    arguments.values.erase(key);
    if (has(other, key)) arguments.values.insert(*other.values.find(key));
  }
  return arguments;
}

// The arguments with which the run has all of its rates and the warm-up of the other.
std::optional<Arguments> sharing(const NamedReading& giver, const NamedReading& run) {
  auto arguments = with_warm_up_of(giver.reading.arguments, run.reading.arguments);
  if (arguments && !has_all_rates(*arguments, run.reading.points)) arguments.reset();
  return arguments;
}

void take_over(const NamedReading& giver, NamedReading& run) {
  Arguments arguments = *sharing(giver, run);
  if (arguments == run.reading.arguments) return;
  run.warm_up_note = fmt::format("the rates leave the warm-up open: that of the run \"{}\", of {} updates, is assumed",
                                 giver.run, std::get<double>(arguments.values.at("warmup_steps")));
  run.reading.arguments = std::move(arguments);
}

// Whether the run could have the warm-up of any of the others, and has another one.
bool could_take_over(std::span<const NamedReading* const> givers, const NamedReading& run) {
  return std::ranges::any_of(givers, [&](const NamedReading* giver) {
    const auto arguments = sharing(*giver, run);
    return arguments && *arguments != run.reading.arguments;
  });
}

}  // namespace

void share_warm_up(std::span<NamedReading> runs) {
  std::vector<const NamedReading*> givers;
  for (const NamedReading& run : runs)
    if (has(run.reading.arguments, "warmup_steps")) givers.push_back(&run);
  const auto suits_all = [&](const NamedReading* giver) {
    return std::ranges::all_of(runs, [&](const NamedReading& run) { return sharing(*giver, run).has_value(); });
  };
  if (const auto found = std::ranges::find_if(givers, suits_all); found != givers.end()) {
    const NamedReading giver = **found;
    for (NamedReading& run : runs) take_over(giver, run);
    return;
  }
  for (NamedReading& run : runs)
    if (could_take_over(givers, run))
      run.warm_up_note = "the rates would allow the warm-up of another run, but no one warm-up suits all runs";
}

}  // namespace losscast
