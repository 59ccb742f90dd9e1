/// \file
/// Text of any origin, made fit for a terminal.
#pragma once

#include <string>
#include <string_view>

namespace losscast {

/// The text as one line of valid UTF-8 that a terminal shows as it is: a control character is written as an escape
/// sequence, a line break as \\n, and so is each byte that belongs to no character, such as \\xFF.
std::string printable_line(std::string_view text);

}  // namespace losscast
