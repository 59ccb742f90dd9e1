/// \file
/// Reading a whole text file.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace losscast {

/// The bytes of `file`. Throws InputError if there is no such file or if it is a folder, and IoError with the system's
/// reason if it cannot be read.
std::string read_text_file(const std::filesystem::path& file);

/// Throws InputError naming `file` if its content begins with the mark of UTF-16, as spreadsheets and PowerShell write
/// it.
void refuse_utf_16(const std::filesystem::path& file, std::string_view content);

}  // namespace losscast
