// Reading a file that the program itself keeps and writes anew, such as the progress of a long computation.
#pragma once

#include <filesystem>
#include <string>

namespace losscast {

// Like read_text_file(), but the file is no input, which could not be written over (see InputProtection).
std::string read_kept_file(const std::filesystem::path& file);

}  // namespace losscast
