// Folders as others may be told of them, whose working folder is another one.
#pragma once

#include <filesystem>

namespace losscast {

// The path from the root, without links, "." and ".." as far as it exists.
std::filesystem::path absolute_path(const std::filesystem::path& path);

}  // namespace losscast
