#include "format/write_target.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "format/input_files.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& file, const std::string& reason) {
  throw IoError("this cannot be written", reason, "name another place, or mend this one").at(file.string());
}

[[noreturn]] void fail(const fs::path& file, int reason) { fail(file, std::generic_category().message(reason)); }

// The standard stream that leads to the file and can be written to; -1 if there is none.
int stream_to(const struct stat& file) {
  for (const int stream : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat there = {};
    const bool is_it = ::fstat(stream, &there) == 0 && there.st_dev == file.st_dev && there.st_ino == file.st_ino;
    if (is_it && (::fcntl(stream, F_GETFL) & O_ACCMODE) != O_RDONLY) return stream;
  }
  return -1;
}

}  // namespace

void require_leading_somewhere(const fs::path& path) {
  std::error_code ignored;  // what cannot be examined says why when it is used
  if (fs::is_symlink(path, ignored) && fs::status(path, ignored).type() == fs::file_type::not_found)
    fail(path, "it is a link that leads nowhere");
}

WriteTarget write_target(const fs::path& file) {
  using Way = WriteTarget::Way;
  struct stat there = {};
  if (::stat(file.c_str(), &there) != 0) {
    if (errno != ENOENT) fail(file, errno);
    require_leading_somewhere(file);
    return {.way = Way::replace, .path = file};
  }
  if (S_ISDIR(there.st_mode)) fail(file, EISDIR);
  require_not_read(file, there);
  if (const int stream = stream_to(there); stream >= 0) return {.way = Way::stream, .path = file, .stream = stream};
  std::error_code ignored;  // an open file without a name can only be written to as it is
  const fs::path behind_links = fs::canonical(file, ignored);
  if (!S_ISREG(there.st_mode) || behind_links.empty()) return {.way = Way::directly, .path = file};
  return {.way = Way::replace, .path = behind_links};
}

}  // namespace losscast
