#include "io/csv_options_text.hpp"

#include <optional>
#include <string>
#include <vector>

#include "format/toml_document.hpp"
#include "io/curve_keys.hpp"

namespace losscast {

CurveCsvOptions parse_csv_options(std::string_view text, std::string_view origin, Recipe recipe) {
  constexpr const char* kTokens = "tokens_per_step";
  const DocumentNode table = parse_toml_value(text, origin);
  std::vector<std::string> keys = csv_keys();
  keys.emplace_back(kTokens);
  table.allow_only(keys);
  const CurveTables tables{table, nullptr};
  if (const std::optional<double> tokens = read_positive(tables, kTokens, "the tokens of one optimiser step")) {
    if (recipe.batch)
      table.at(kTokens).fail("the schedule has a batch too", "each says the other", "remove one of them");
    recipe.batch = *tokens;
  }
  CurveCsvOptions options = read_csv_options(tables, recipe);
  options.keys = KeysIn::command_line;
  return options;
}

}  // namespace losscast
