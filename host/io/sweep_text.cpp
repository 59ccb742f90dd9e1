#include "io/sweep_text.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "format/toml_text.hpp"
#include "io/objective_document.hpp"
#include "io/spikes_keys.hpp"
#include "io/sweep_words.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {

namespace {

std::string list_text(const std::vector<Value>& choices) {
  std::string text;
  for (const Value& choice : choices) text += (text.empty() ? "" : ", ") + value_text(choice);
  return "[" + text + "]";
}

std::string axis_text(const Axis& axis) {
  if (axis.kind == Axis::Kind::choice) return list_text(axis.choices);
  const std::string grid = axis.grid_points ? fmt::format(", grid = {}", *axis.grid_points) : "";
  return fmt::format("{{ {} = [{}, {}]{} }}", word_for(kRanges, axis.kind), toml_number(axis.low),
                     toml_number(axis.high), grid);
}

std::string family_text(const FamilySpace& space) {
  std::string text = fmt::format("\n[[family]]\nname = {}\n", toml_string(space.family));
  for (const auto& [argument, value] : space.fixed.values)
    if (argument != "family") text += fmt::format("{} = {}\n", toml_key(argument), value_text(value));
  for (const Axis& axis : space.axes) text += fmt::format("{} = {}\n", toml_key(axis.argument), axis_text(axis));
  if (space.constraints.empty()) return text;
  std::vector<Value> constraints(space.constraints.begin(), space.constraints.end());
  return text + fmt::format("constraints = {}\n", list_text(constraints));
}

// A key at the root comes before the tables.
std::string own_spikes_text(const SweepConfig& config) {
  const Spikes& spikes = config.spikes;
  if (!spikes.any()) return config.has_spikes ? fmt::format("spikes = {}\n", toml_string(kNoSpikes)) : "";
  std::string text = "\n[spikes]\n";
  for (const auto& [name, member] : kSpikesKeys)
    if (is_said(spikes, member)) text += fmt::format("{} = {}\n", name, toml_number(spikes.*member));
  return text;
}

std::string divergence_cost_text(double cost) {
  return cost > 0 ? fmt::format("divergence_cost = {}\n", toml_number(cost)) : "";
}

std::string limits_text(const Limits& limits) {
  std::string text;
  for (const auto& [key, limit] : kLimits)
    if (limits.*limit) text += fmt::format("{} = {}\n", key, toml_number(*(limits.*limit)));
  return text.empty() ? text : "\n[limits]\n" + text;
}

std::string method_text(const SweepConfig& config) {
  const std::string points = toml_string(word_for(kSearchMethods, config.space.method));
  const std::string delta = config.delta ? fmt::format("delta = {}\n", toml_number(*config.delta)) : "";
  if (!config.race) return fmt::format("method = {}\n{}", points, delta);
  const std::string text = fmt::format("method = \"race\"\npoints = {}\n{}", points, delta);
  if (config.space.horizons.empty()) return text;
  return text + fmt::format("horizons = [{}]\n", fmt::join(config.space.horizons, ", "));
}

std::string objective_or_target_text(const SweepConfig& config) {
  if (config.race && config.race->target_loss)
    return fmt::format("{{ steps_to_loss = {} }}", toml_number(*config.race->target_loss));
  return objective_text(config.objective);
}

}  // namespace

std::string sweep_text(const SweepConfig& config) {
  const std::string params = config.params ? fmt::format("params = {}\n", toml_number(*config.params)) : "";
  std::string text = fmt::format(
      "format = 1\n"
      "fit = {}\n"
      "{}"
      "seed = {}\n"
      "paths = {}\n"
      "objective = {}\n"
      "{}{}{}"
      "\n[search]\n"
      "{}"
      "candidates = {}\n"
      "confidence = {}\n"
      "\n[bands]\n"
      "candidates = {}\n"
      "times = {}\n",
      toml_string(config.fit.string()), params, config.seed, config.paths, objective_or_target_text(config),
      divergence_cost_text(config.divergence_cost), own_spikes_text(config), limits_text(config.limits),
      method_text(config), config.space.candidates, toml_number(config.confidence),
      toml_string(word_for(kBandsCandidates, config.bands.candidates)), config.bands.times);
  for (const FamilySpace& family : config.space.families) text += family_text(family);
  return text;
}

}  // namespace losscast
