/// \file
/// Writing a file so that readers see either all of it or what was there before.
#pragma once

#include <filesystem>
#include <string_view>

namespace losscast {

/// Writes `content` to `file`: a temporary file in the same folder, fsync, rename, fsync of the folder. A symbolic link
/// stays and the file that it points to is replaced; one that leads nowhere is an error. A device or a pipe, which has
/// nothing to protect, is written to directly, and so is the file that standard output or standard error goes to, as
/// otherwise what is printed would be lost. Throws IoError with the path and the system's reason; the temporary file is
/// then gone and what `file` held before is still there. The program, which notes its inputs, gets an InputError if
/// `file` is one of them.
void write_atomically(const std::filesystem::path& file, std::string_view content);

/// Writes `content` to a new file, likewise, and replaces nothing: throws InputError if there is a file, a folder, a
/// link or anything else of that name, also one that has come meanwhile.
void write_new_file(const std::filesystem::path& file, std::string_view content);

/// Removes the temporary files of calls that have not ended, for a program that ends without them. Safe in a handler of
/// signals.
void remove_unfinished_files() noexcept;

}  // namespace losscast
