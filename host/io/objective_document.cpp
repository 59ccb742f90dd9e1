#include "io/objective_document.hpp"

#include <fmt/format.h>

#include "format/check_number.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {
namespace {

const std::vector<std::string> kLevelled = {"quantile", "tail_mean"};

double read_level(const DocumentNode& node) {
  const double level = node.number();
  node.check([&] { require_probability(level, "level", 0.95); });
  return level;
}

}  // namespace

Objective read_objective(const DocumentNode& node) {
  if (const auto* word = std::get_if<std::string>(&node.data)) {
    if (*word == "mean") return {};
    node.fail(fmt::format("\"{}\" is unknown", *word),
              "it may be: mean, { quantile = 0.95 }, { tail_mean = 0.95 }, { steps_to_loss = 3.0 }",
              "use one of these");
  }
  node.allow_only(kLevelled);
  const DocumentNode* quantile = node.find("quantile");
  const DocumentNode* tail_mean = node.find("tail_mean");
  if ((quantile != nullptr) == (tail_mean != nullptr))
    node.fail("there is not one objective", "a search has one",
              "give quantile or tail_mean, with its level, or steps_to_loss");
  if (quantile) return {Objective::Kind::quantile, read_level(*quantile)};
  return {Objective::Kind::tail_mean, read_level(*tail_mean)};
}

std::string objective_text(const Objective& objective) {
  if (objective.kind == Objective::Kind::mean) return "\"mean\"";
  return fmt::format("{{ {} = {} }}", objective.kind == Objective::Kind::quantile ? "quantile" : "tail_mean",
                     number_text(objective.level));
}

}  // namespace losscast
