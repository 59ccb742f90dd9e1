#include "io/objective_document.hpp"

#include <fmt/format.h>

#include "losscast/format/number_text.hpp"

namespace losscast {
namespace {

const std::vector<std::string> kLevelled = {"quantile", "tail_mean"};

double read_level(const DocumentNode& node) {
  const double level = node.number();
  if (!(level > 0 && level < 1))
    node.fail(fmt::format("{} is no level (it is a probability between 0 and 1, both excluded) Give one such as 0.95.",
                          number_text(level)));
  return level;
}

}  // namespace

Objective read_objective(const DocumentNode& node) {
  if (const auto* word = std::get_if<std::string>(&node.data)) {
    if (*word == "mean") return {};
    node.fail(
        fmt::format("\"{}\" is unknown (it may be: mean, {{ quantile = 0.95 }}, {{ tail_mean = 0.95 }}, "
                    "{{ steps_to_loss = 3.0 }}) Use one of these.",
                    *word));
  }
  node.allow_only(kLevelled);
  const DocumentNode* quantile = node.find("quantile");
  const DocumentNode* tail_mean = node.find("tail_mean");
  if ((quantile != nullptr) == (tail_mean != nullptr))
    node.fail(
        "there is not one objective (a search has one) Give quantile or tail_mean, with its level, or steps_to_loss.");
  if (quantile) return {Objective::Kind::quantile, read_level(*quantile)};
  return {Objective::Kind::tail_mean, read_level(*tail_mean)};
}

std::string objective_text(const Objective& objective) {
  if (objective.kind == Objective::Kind::mean) return "\"mean\"";
  return fmt::format("{{ {} = {} }}", objective.kind == Objective::Kind::quantile ? "quantile" : "tail_mean",
                     number_text(objective.level));
}

}  // namespace losscast
