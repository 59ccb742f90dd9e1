// Writing TOML: the pieces of a line.
#pragma once

#include <string>
#include <string_view>

namespace losscast {

// Text in quotes, escaped where needed.
std::string toml_string(std::string_view text);

// A key, in quotes only where it needs them.
std::string toml_key(std::string_view key);

}  // namespace losscast
