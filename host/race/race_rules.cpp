#include "losscast/race/race_rules.hpp"

namespace losscast {

const char* race_end_name(RaceEnd end) {
  switch (end) {
    case RaceEnd::decided:
      return "decided";
    case RaceEnd::units:
      return "paths";
    case RaceEnd::rounds:
      return "rounds";
    case RaceEnd::path_steps:
      return "path-steps";
    case RaceEnd::seconds:
      break;
  }
  return "seconds";
}

}  // namespace losscast
