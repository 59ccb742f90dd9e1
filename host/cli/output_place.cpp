#include "cli/output_place.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

#include "format/write_target.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& place, int reason) {
  throw IoError("this cannot be written", std::generic_category().message(reason),
                "name another place, or mend this one")
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
  if (file == "-")
    throw InputError("- is no name of a file", "nothing here takes it for standard output",
                     "write /dev/stdout, or ./- for a file of that name");
  using Way = WriteTarget::Way;
  const WriteTarget target = write_target(file);
  if (target.way == Way::replace) require_usable(file, target.path.parent_path());
  if (target.way == Way::directly && ::access(file.c_str(), W_OK) != 0) fail(file, errno);
}

bool is_same_place(const fs::path& one, const fs::path& other) {
  std::error_code ignored;  // what cannot be examined is told apart by its name
  if (one == other) return true;
  if (fs::exists(one, ignored)) return fs::is_regular_file(one, ignored) && fs::equivalent(one, other, ignored);
  const auto whole = [&](const fs::path& path) { return fs::weakly_canonical(fs::absolute(path, ignored), ignored); };
  return !whole(one).empty() && whole(one) == whole(other);
}

OutputFolder::OutputFolder(const fs::path& folder, std::span<const fs::path> files) {
  require_leading_somewhere(folder);
  fs::path there = folder;
  std::error_code ignored;
  if (fs::is_regular_file(folder, ignored)) write_target(folder);  // says if it is an input
  while (!there.empty() && !fs::exists(there, ignored) && there != there.parent_path()) {
    made_.push_back(there);
    there = there.parent_path();
  }
  require_usable(folder, there);
  if (made_.empty())
    for (const fs::path& file : files) write_target(folder / file);
  std::error_code problem;
  fs::create_directories(folder, problem);
  if (problem) fail(folder, problem.value());
}

OutputFolder::~OutputFolder() {
  std::error_code not_empty;  // or gone
  for (const fs::path& folder : made_) fs::remove(folder, not_empty);
}

}  // namespace losscast
