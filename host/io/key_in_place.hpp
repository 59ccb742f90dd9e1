// How a remedy names a key of a curve, such as skip_empty = true.
#pragma once

#include <string>
#include <string_view>

#include "losscast/io/curve_csv_options.hpp"

namespace losscast {

// "<key> in the curve's table of the manifest", or "--read '{ <key> }'". Precondition: there is a place for keys.
std::string key_in_place(std::string_view key, KeysIn keys);

}  // namespace losscast
