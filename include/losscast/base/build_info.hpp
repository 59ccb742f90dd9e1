/// \file
/// What this build of losscast is, fixed when it was compiled.
#pragma once

#include <string>

namespace losscast {

/// Version, revision and configuration of a build.
struct BuildInfo {
  std::string version;   ///< "0.4.0"
  std::string revision;  ///< the git commit, with "-dirty" if files had changed; "unknown" outside a git checkout
  std::string build;     ///< "Release, GNU 12.2.0, x86_64, CUDA OFF"
};

/// Those of the program or library that is running.
const BuildInfo& build_info();

}  // namespace losscast
