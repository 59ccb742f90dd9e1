// Names of columns, whatever their case and separators.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace losscast {

// In lower case, with underscores for whatever is no letter or digit.
std::string plain_name(std::string_view name);

// The words of the plain name.
std::set<std::string> words_of_name(std::string_view name);

}  // namespace losscast
