#include "io/key_in_place.hpp"

#include <fmt/format.h>

#include "losscast/base/contract.hpp"

namespace losscast {

std::string key_in_place(std::string_view key, KeysIn keys) {
  LOSSCAST_EXPECTS(keys != KeysIn::nowhere);
  return keys == KeysIn::command_line ? fmt::format("--read '{{ {} }}'", key)
                                      : fmt::format("{} in the curve's table of the manifest", key);
}

}  // namespace losscast
