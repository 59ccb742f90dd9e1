#include "losscast/fit/disowned_rows.hpp"

namespace losscast {

const char* disowned_kind_name(DisownedKind kind) {
  switch (kind) {
    case DisownedKind::junk:
      return "junk";
    case DisownedKind::stuck:
      return "stuck";
    case DisownedKind::spike:
      return "spike";
    case DisownedKind::tail:
      return "tail";
    case DisownedKind::schedule:
      break;
  }
  return "schedule";
}

}  // namespace losscast
