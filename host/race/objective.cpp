#include "losscast/race/objective.hpp"

#include <fmt/format.h>

namespace losscast {

std::string objective_name(const Objective& objective) {
  switch (objective.kind) {
    case Objective::Kind::mean:
      break;
    case Objective::Kind::quantile:
      return fmt::format("quantile ({:g}%)", 100 * objective.level);
    case Objective::Kind::tail_mean:
      return fmt::format("tail mean ({:g}%)", 100 * objective.level);
  }
  return "mean";
}

}  // namespace losscast
