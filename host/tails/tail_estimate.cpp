#include "losscast/tails/tail_estimate.hpp"

namespace losscast {

const char* tail_method_name(TailMethod method) {
  switch (method) {
    case TailMethod::plain:
      return "plain";
    case TailMethod::splitting:
      return "splitting";
    case TailMethod::common_late_jumps:
      return "common late jumps";
  }
  return "unknown";
}

}  // namespace losscast
