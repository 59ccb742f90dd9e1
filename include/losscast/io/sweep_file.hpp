/// \file
/// The sweep file: which fit to forecast with, which schedules to try, and how.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>

#include "losscast/sweep/config.hpp"

namespace losscast {

/// Reads the sweep file; docs/formats.md describes it. Each of `settings` is KEY=VALUE as `--set` gives it, VALUE being
/// TOML, and beats the file, as if it stood there: search.candidates=100, paths=64, and family.NAME.ARGUMENT=3e-4 for
/// every family of that name. Throws InputError with file, line, column, key, reason and remedy.
SweepConfig read_sweep(const std::filesystem::path& file, std::span<const std::string> settings);

/// Reads a sweep's resolved text, as SweepConfig::resolved has it, that `origin` says the place of. Its fit and its
/// files of learning rates stay as they are written. Throws InputError like read_sweep().
SweepConfig parse_resolved_sweep(std::string_view text, std::string_view origin);

/// Makes the paths of files of learning rates absolute, so that the configuration holds in whatever folder.
void make_paths_absolute(SweepConfig& config);

/// Reads a copy of a sweep file's resolved text, as SweepConfig::resolved has it, whose paths are relative to the
/// folder of the `original`. Throws InputError like read_sweep().
SweepConfig read_frozen_sweep(const std::filesystem::path& copy, const std::filesystem::path& original);

}  // namespace losscast
