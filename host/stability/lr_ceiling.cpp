#include "losscast/stability/lr_ceiling.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "losscast/base/contract.hpp"
#include "losscast/stability/layer_bounds.hpp"

namespace losscast {

namespace {

// All that differ from the architecture in one of the values that `words` lists.
template <class Value, std::size_t N>
void add_changes(const char* key, const std::array<std::pair<std::string_view, Value>, N>& words,
                 Value Architecture::*member, const Architecture& architecture, std::vector<StabilityChange>& changes) {
  for (const auto& [word, value] : words) {
    if (value == architecture.*member) continue;
    StabilityChange& change = changes.emplace_back(fmt::format("{} = \"{}\"", key, word), architecture);
    change.architecture.*member = value;
  }
}

}  // namespace

double amplification(const Architecture& architecture) { return std::ranges::max(layer_bounds(architecture).ffn); }

double lr_ceiling(const Architecture& architecture, double critical_lr) {
  LOSSCAST_EXPECTS(critical_lr > 0);
  return critical_lr / amplification(architecture);
}

std::vector<StabilityChange> raising_changes(const Architecture& architecture, double critical_lr) {
  std::vector<StabilityChange> changes;
  add_changes("embedding", kEmbeddings, &Architecture::embedding, architecture, changes);
  add_changes("initialisation", kInitialisations, &Architecture::initialisation, architecture, changes);
  add_changes("norm", kNormPlacements, &Architecture::norm, architecture, changes);
  const double now = lr_ceiling(architecture, critical_lr);
  for (StabilityChange& change : changes) change.lr_ceiling = lr_ceiling(change.architecture, critical_lr);
  std::erase_if(changes, [&](const StabilityChange& change) { return !(change.lr_ceiling > now); });
  std::ranges::stable_sort(changes, std::greater(), &StabilityChange::lr_ceiling);
  return changes;
}

}  // namespace losscast
