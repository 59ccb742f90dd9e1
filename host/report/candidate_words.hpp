// Candidates of a sweep in words, and the colour that each family has.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "losscast/io/sweep_results.hpp"
#include "losscast/schedule/arguments.hpp"

namespace losscast {

// An argument as a reader of tables wants it: four digits, a word as it stands, everything else as in TOML.
std::string argument_text(const Value& value);

// The arguments that a family of this name, or any family, was searched over, sorted.
std::set<std::string> searched_arguments(const SweepConfig& config, std::string_view family);
std::set<std::string> searched_arguments(const SweepConfig& config);

// The family of a row.
const std::string& family_of(const ResultsRow& row);

// "wsd (decay_fraction 0.2227, shape linear)": the family, and the arguments that were searched.
std::string candidate_name(const SweepResults& results, const ResultsRow& row);

// The tokens that the candidate's run takes, by its batch size or by that which all training runs had; nothing where
// none is known or the batch size changes on the way.
std::optional<double> tokens_of(const SweepResults& results, const ResultsRow& row);

// The first row of each family, by rank.
std::vector<const ResultsRow*> best_of_families(std::span<const ResultsRow> rows);

// Whether by the fit the row is, as likely as kUndecided, within delta of the best.
bool is_undecided(const ResultsRow& row);

// The share of a row's paths that are lost, as far as its quantiles tell: "5% to 25% of the paths diverged"; empty if
// none is lost.
std::string lost_paths_words(const ResultsRow& row);

// The colours of families, by the rank of their best: classes of the report's style. Beyond the seventh they are grey.
class FamilyColours {
 public:
  explicit FamilyColours(std::span<const ResultsRow> rows);
  std::string_view of(std::string_view family) const;
  const std::vector<std::string>& families() const { return families_; }

 private:
  std::vector<std::string> families_;
};

}  // namespace losscast
