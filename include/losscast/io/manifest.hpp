/// \file
/// The manifest: a TOML file that names measured curves and the schedules that produced them.
#pragma once

#include <filesystem>

#include "losscast/fit/curve.hpp"

namespace losscast {

/// Reads the manifest and every curve that it names; docs/formats.md describes it. Throws InputError with file, line,
/// column, key, reason and remedy, for the manifest as for the curves' files.
Manifest read_manifest(const std::filesystem::path& file);

}  // namespace losscast
