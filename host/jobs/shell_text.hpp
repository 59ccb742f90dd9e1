// Words for a shell.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace losscast {

// The word so that a POSIX shell reads it as it is: itself, or in single quotes.
std::string shell_word(std::string_view word);

// A file or folder as a word that no program takes for a flag.
std::string shell_path(const std::filesystem::path& path);

// The words as one line.
std::string shell_line(std::span<const std::string> words);

}  // namespace losscast
