#include "io/spikes_document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "io/spikes_keys.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

// Jumps, or the barrier.
struct Part {
  std::string_view name;
  std::string_view switched_by;  // the key that is above 0 where the part is on
  std::vector<std::string_view> needed;
  std::vector<std::string_view> other;
};

const Part kParts[] = {
    {"jumps", "jump_rate", {"critical_lr", "mean_jump"}, {"jump_exponent", "jump_decay"}},
    {"barrier", "barrier_limit", {"barrier_noise"}, {"barrier_pull", "barrier_growth", "barrier_exponent"}},
};

// Beyond this the engine's single precision could overflow; no such value means anything.
constexpr double kLargest = 1e6;

double read_number(const DocumentNode& node) {
  const double value = node.number();
  if (value < 0)
    node.fail(fmt::format("{} is negative", number_text(value)), "it is a number from 0", "give 0 or more");
  if (value > kLargest)
    node.fail(fmt::format("{} is too large", number_text(value)),
              fmt::format("nothing here means anything beyond {}", number_text(kLargest)), "lower it");
  return value;
}

double read_exponent(const DocumentNode& node) {
  const double value = node.number();
  if (!(value >= kLeastBarrierExponent && value <= kMostBarrierExponent))
    node.fail(fmt::format("{} is out of range", number_text(value)),
              fmt::format("the strain rises as {} to {} powers of the LR", number_text(kLeastBarrierExponent),
                          number_text(kMostBarrierExponent)),
              "correct it, or leave it out for 1");
  return value;
}

double Spikes::*field(std::string_view key) {
  for (const auto& [name, member] : kSpikesKeys)
    if (name == key) return member;
  return nullptr;
}

void refuse_without_switch(const DocumentNode& table, const Part& part, const std::vector<std::string_view>& keys) {
  for (const std::string_view key : keys)
    if (const DocumentNode* node = table.find(key))
      node->fail("this has no effect", fmt::format("without {} there are no {}", part.switched_by, part.name),
                 fmt::format("add {}, or remove this", part.switched_by));
}

void read_part(const DocumentNode& table, const Part& part, Spikes& spikes) {
  const DocumentNode* switched_by = table.find(part.switched_by);
  if (!switched_by) {
    refuse_without_switch(table, part, part.needed);
    refuse_without_switch(table, part, part.other);
    return;
  }
  const double on = read_number(*switched_by);
  const auto read = [&](std::string_view key) {
    const DocumentNode* node = table.find(key);
    const double value = !node ? 0 : key == "barrier_exponent" ? read_exponent(*node) : read_number(*node);
    if (node && on > 0) spikes.*field(key) = value;
    return value;
  };
  for (const std::string_view key : part.needed)
    if (const double value = read(key); on > 0 && !(value > 0))
      (table.find(key) ? *table.find(key) : *switched_by)
          .fail(fmt::format("{} is {}", key, table.find(key) ? "0" : "missing"),
                fmt::format("{} needs it above 0", part.switched_by),
                fmt::format("give one above 0, or set {} to 0", part.switched_by));
  for (const std::string_view key : part.other) read(key);
  spikes.*field(part.switched_by) = on;
}

// The engine squares them in single precision, in which a barrier below this is none, and noise below it is 0.
void require_barrier_in_single_precision(const DocumentNode& table) {
  constexpr double kSmallest = 1e-18;
  for (const char* key : {"barrier_limit", "barrier_noise"}) {
    const DocumentNode* node = table.find(key);
    if (node == nullptr || node->number() == 0 || node->number() >= kSmallest) continue;
    node->fail(fmt::format("{} is too small", number_text(node->number())),
               fmt::format("paths are simulated in single precision, which knows nothing of it below {}",
                           number_text(kSmallest)),
               "raise barrier_limit and barrier_noise together: only their ratio counts");
  }
}

Spikes read_spikes_among(const DocumentNode& table, std::vector<std::string> other_keys) {
  for (const auto& [name, member] : kSpikesKeys) other_keys.emplace_back(name);
  table.allow_only(other_keys);
  Spikes spikes;
  for (const Part& part : kParts) read_part(table, part, spikes);
  require_barrier_in_single_precision(table);
  if (!spikes.any())
    table.fail("nothing can happen", "neither jump_rate nor barrier_limit is above 0",
               "give one of them, or leave spikes out");
  return spikes;
}

// Of a part that is there; one that is not has none.
HazardSource read_source(const DocumentNode& table, const std::string& key, bool is_there) {
  const DocumentNode* node = table.find(key);
  if (!is_there) {
    if (node) node->fail("this has no effect", "there is nothing that it could be the source of", "remove it");
    return {};
  }
  std::vector<std::string> names;
  for (const auto& [name, source] : kHazardSources) {
    if (table.at(key).text() == name) return source;
    names.emplace_back(name);
  }
  node->fail(fmt::format("\"{}\" is unknown", node->text()), fmt::format("it may be: {}", fmt::join(names, ", ")),
             suggestion(node->text(), names, "use one of these"));
}

}  // namespace

Spikes read_spikes(const DocumentNode& table) { return read_spikes_among(table, {}); }

Spikes read_spikes_or_none(const DocumentNode& node) {
  if (!std::holds_alternative<std::string>(node.data)) return read_spikes(node);
  if (node.text() != kNoSpikes)
    node.fail(fmt::format("\"{}\" is unknown", node.text()), "it is a table of numbers, or \"none\"",
              "write \"none\" for runs without spikes");
  return {};
}

FittedHazard read_fitted_hazard(const DocumentNode& table) {
  FittedHazard hazard;
  hazard.spikes = read_spikes_among(table, {kJumpsFromKey, kBarrierFromKey});
  hazard.jumps_from = read_source(table, kJumpsFromKey, hazard.spikes.jump_rate > 0);
  hazard.barrier_from = read_source(table, kBarrierFromKey, hazard.spikes.barrier_limit > 0);
  return hazard;
}

}  // namespace losscast
