#include "cli/output_place.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "losscast/base/error.hpp"

namespace losscast {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& place, int reason) {
  throw IoError("this cannot be written", std::generic_category().message(reason),
                "name another place with --out, or mend this one")
      .at(place.string());
}

void require_usable(const fs::path& asked_for, const fs::path& folder) {
  // An empty path is a name in the current folder.
  const fs::path checked = folder.empty() ? fs::path(".") : folder;
  std::error_code problem;
  if (!fs::is_directory(checked, problem)) fail(asked_for, problem ? problem.value() : ENOTDIR);
  if (::access(checked.c_str(), W_OK | X_OK) != 0) fail(asked_for, errno);
}

}  // namespace

void require_writable_file(const fs::path& file) {
  std::error_code ignored;  // what cannot be examined is not there
  const fs::file_status status = fs::status(file, ignored);
  if (fs::is_directory(status)) fail(file, EISDIR);
  if (!fs::exists(status) || fs::is_regular_file(status)) return require_usable(file, file.parent_path());
  if (::access(file.c_str(), W_OK) != 0) fail(file, errno);
}

OutputFolder::OutputFolder(const fs::path& folder) {
  fs::path there = folder;
  std::error_code ignored;
  while (!there.empty() && !fs::exists(there, ignored) && there != there.parent_path()) {
    made_.push_back(there);
    there = there.parent_path();
  }
  require_usable(folder, there);
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) fail(folder, problem.value());
}

OutputFolder::~OutputFolder() {
  std::error_code not_empty;  // or gone
  for (const fs::path& folder : made_) fs::remove(folder, not_empty);
}

}  // namespace losscast
