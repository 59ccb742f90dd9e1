// Writing TOML: the pieces of a line.
#pragma once

#include <string>
#include <string_view>

namespace losscast {

// A number that reads back as the same one.
std::string toml_number(double value);

// Text in quotes, escaped where needed.
std::string toml_string(std::string_view text);

// A key, in quotes only where it needs them.
std::string toml_key(std::string_view key);

}  // namespace losscast
