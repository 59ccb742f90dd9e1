/// \file
/// Where a result comes from: what was computed, from which inputs, by which program, on which machine, and when.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace losscast {

/// What a result file says about its origin.
struct Provenance {
  std::string command_line;         ///< as it can be pasted into a shell
  std::vector<std::string> inputs;  ///< the files that were read, as they were named
  std::string version;              ///< of losscast
  std::string revision;             ///< git commit, with "-dirty" if files had changed; "unknown" outside a checkout
  std::string build;                ///< configuration, compiler, processor, CUDA or not
  std::string device;               ///< the one that the numbers were computed on
  std::string date;                 ///< when, in UTC: 2026-01-31T23:59:59Z
  std::string plan = "";            ///< hash of the plan of a sweep; empty for what has none
};

/// Fills in the build and the date. `arguments` are those of main(), the program's name first.
Provenance make_provenance(std::span<const char* const> arguments, std::span<const std::filesystem::path> inputs,
                           std::string device);

}  // namespace losscast
