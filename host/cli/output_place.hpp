// Whether a result can be written where it is to go: asked before anything is computed.
#pragma once

#include <filesystem>

namespace losscast {

// Throws IoError with the path and the system's reason if `file` cannot be written.
void require_writable_file(const std::filesystem::path& file);

// Makes `folder`, if it is not there, and throws IoError if files cannot be written in it.
void make_writable_folder(const std::filesystem::path& folder);

}  // namespace losscast
