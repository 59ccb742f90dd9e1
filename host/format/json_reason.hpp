// Why a text is no JSON.
#pragma once

#include <string_view>

namespace losscast {

// The part of the JSON parser's message that says what is wrong: "syntax error while parsing value - ...", without the
// name and number of its exception, and the place in its own words.
std::string_view json_reason(std::string_view message);

}  // namespace losscast
