// Words for a shell.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace losscast {

// The word so that a POSIX shell reads it as it is: itself, or in single quotes.
std::string shell_word(std::string_view word);

// The words as one line.
std::string shell_line(std::span<const std::string> words);

}  // namespace losscast
