#include "cli/spikes_input.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "io/fit_json.hpp"
#include "io/spikes_keys.hpp"
#include "losscast/io/spikes_text.hpp"

namespace losscast {
namespace {

std::string part_text(std::string_view part, HazardSource source) {
  return source == HazardSource::given ? fmt::format("{} as given", part)
                                       : fmt::format("{} from {}", part, hazard_source_name(source));
}

}  // namespace

std::vector<Flag> spikes_flag() {
  return {{"spikes", "'{ jump_rate = ... }'",
           "jumps and divergence, a TOML table, or none (default: those of the fit); docs/rare_events.md"}};
}

Spikes read_spikes_of(const Flags& flags, const Fit& fit) {
  return flags.has("spikes") ? parse_spikes(flags.text("spikes"), "--spikes") : fit.hazard.spikes;
}

std::optional<FittedHazard> hazard_of_fit(const Fit& fit, const Spikes& spikes) {
  const bool is_same = std::ranges::all_of(kSpikesKeys, [&](const auto& key_and_member) {
    const auto member = key_and_member.second;
    return spikes.*member == fit.hazard.spikes.*member;
  });
  return spikes.any() && is_same ? std::optional(fit.hazard) : std::nullopt;
}

std::string hazard_text(const Fit& fit, const Spikes& spikes) {
  if (!hazard_of_fit(fit, spikes)) return "";
  std::vector<std::string> parts;
  if (spikes.jump_rate > 0) parts.push_back(part_text("jumps", fit.hazard.jumps_from));
  if (spikes.barrier_limit > 0) parts.push_back(part_text("a barrier", fit.hazard.barrier_from));
  return fmt::format("The fit's hazard is in this: {}. \"none\" for the spikes leaves it out.\n",
                     fmt::join(parts, "; "));
}

nlohmann::ordered_json hazard_json(const Fit& fit, const Spikes& spikes) {
  return hazard_json(hazard_of_fit(fit, spikes));
}

nlohmann::ordered_json hazard_json(const std::optional<FittedHazard>& hazard) {
  return hazard ? hazard_json(*hazard) : nlohmann::ordered_json(nullptr);
}

}  // namespace losscast
