/// \file
/// A transformer's architecture as a TOML file.
#pragma once

#include <filesystem>

#include "losscast/stability/architecture.hpp"

namespace losscast {

/// Reads a file whose keys docs/formats.md lists. Throws InputError naming file, line and key: for keys and words that
/// it does not know, and for what check(Architecture) refuses.
Architecture read_architecture(const std::filesystem::path& file);

}  // namespace losscast
