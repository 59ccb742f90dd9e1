// The keys of a manifest that say how a curve's file is to be read.
#pragma once

#include <string>
#include <vector>

#include "format/document.hpp"
#include "losscast/io/curve_csv.hpp"

namespace losscast {

// One [[curve]], with [defaults] standing in for the keys that it lacks.
struct CurveTables {
  const DocumentNode& curve;
  const DocumentNode* defaults;

  const DocumentNode* find(std::string_view key) const {
    const DocumentNode* own = curve.find(key);
    return own || !defaults ? own : defaults->find(key);
  }
};

// The number of a key, above 0; nothing if the key is not there. `meaning` says in messages what it is.
std::optional<double> read_positive(const CurveTables& tables, std::string_view key, std::string_view meaning);

// The keys that read_csv_options() reads; all may stand in [defaults].
const std::vector<std::string>& csv_keys();

// What a curve's tables say of its file. The recipe is the curve's: it has the tokens of an update.
CurveCsvOptions read_csv_options(const CurveTables& tables, const Recipe& recipe);

}  // namespace losscast
