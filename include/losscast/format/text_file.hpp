/// \file
/// Reading a whole text file.
#pragma once

#include <filesystem>
#include <string>

namespace losscast {

/// The bytes of `file`. Throws InputError if there is no such file or if it is a folder, and IoError with the system's
/// reason if it cannot be read.
std::string read_text_file(const std::filesystem::path& file);

}  // namespace losscast
