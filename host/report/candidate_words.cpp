#include "report/candidate_words.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <optional>

#include "losscast/base/counted.hpp"
#include "losscast/engine/statistics.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {

namespace {

constexpr const char* kColours[] = {"f0", "f1", "f2", "f3", "f4", "f5", "f6"};
constexpr const char* kNoColour = "f7";

constexpr double Statistics::*kQuantiles[] = {&Statistics::q05, &Statistics::q25, &Statistics::q50, &Statistics::q75,
                                              &Statistics::q95, &Statistics::q99, &Statistics::q999};

}  // namespace

std::string argument_text(const Value& value) {
  if (const auto* word = std::get_if<std::string>(&value)) return *word;
  const auto* number = std::get_if<double>(&value);
  if (!number || is_exact_integer(*number)) return value_text(value);
  return fmt::format("{:.4g}", *number);
}

std::set<std::string> searched_arguments(const SweepConfig& config, std::string_view family) {
  std::set<std::string> names;
  for (const FamilySpace& space : config.space.families)
    if (family.empty() || space.family == family)
      for (const Axis& axis : space.axes) names.insert(axis.argument);
  return names;
}

std::set<std::string> searched_arguments(const SweepConfig& config) { return searched_arguments(config, ""); }

const std::string& family_of(const ResultsRow& row) { return std::get<std::string>(row.arguments.values.at("family")); }

std::string candidate_name(const SweepResults& results, const ResultsRow& row) {
  std::vector<std::string> searched;
  for (const std::string& name : searched_arguments(results.config, family_of(row)))
    if (const auto found = row.arguments.values.find(name); found != row.arguments.values.end())
      searched.push_back(fmt::format("{} {}", name, argument_text(found->second)));
  if (searched.empty()) return family_of(row);
  return fmt::format("{} ({})", family_of(row), fmt::join(searched, ", "));
}

std::optional<double> tokens_of(const SweepResults& results, const ResultsRow& row) {
  const auto number = [&](const char* name) -> std::optional<double> {
    const auto found = row.arguments.values.find(name);
    if (found == row.arguments.values.end() || !std::holds_alternative<double>(found->second)) return {};
    return std::get<double>(found->second);
  };
  const RangesSeen& seen = results.fit.seen;
  std::optional<double> batch = number("batch");
  if (!row.arguments.values.contains("batch") && seen.batch_min == seen.batch_max && seen.batch_min > 0)
    batch = seen.batch_min;
  const std::optional<double> steps = number("total_steps");
  return batch && steps ? std::optional(*batch * *steps) : std::nullopt;
}

std::vector<const ResultsRow*> best_of_families(std::span<const ResultsRow> rows) {
  std::set<std::string_view> seen;
  std::vector<const ResultsRow*> best;
  for (const ResultsRow& row : rows)
    if (seen.insert(family_of(row)).second) best.push_back(&row);
  return best;
}

bool is_undecided(const ResultsRow& row) { return row.known.p_within >= kUndecided; }

std::string lost_paths_words(const ResultsRow& row) {
  if (row.statistics.status == Status::ok) return "";
  const char* lost = row.statistics.status == Status::diverged ? "diverged" : "are no numbers";
  if (!std::isfinite(row.statistics.mean)) return fmt::format("all paths {}", lost);
  double most = 1, least = 0;  // a quantile is a loss as long as the paths above it are more than those lost
  for (std::size_t i = 0; i < std::size(kQuantiles); ++i) {
    const double quantile = row.statistics.*kQuantiles[i], above = 1 - kQuantileProbabilities[i];
    if (std::isfinite(quantile)) most = std::min(most, above);
    if (std::isinf(quantile)) least = std::max(least, above);
  }
  if (least > 0 && most < 1) return fmt::format("{:.4g}% to {:.4g}% of the paths {}", 100 * least, 100 * most, lost);
  if (least > 0) return fmt::format("more than {:.4g}% of the paths {}", 100 * least, lost);
  return most < 1 ? fmt::format("fewer than {:.4g}% of the paths {}", 100 * most, lost)
                  : fmt::format("some paths {}", lost);
}

FamilyColours::FamilyColours(std::span<const ResultsRow> rows) {
  for (const ResultsRow* row : best_of_families(rows)) families_.push_back(family_of(*row));
}

std::string_view FamilyColours::of(std::string_view family) const {
  const auto found = static_cast<std::size_t>(std::ranges::find(families_, family) - families_.begin());
  return found < std::size(kColours) ? kColours[found] : kNoColour;
}

}  // namespace losscast
