#include "losscast/format/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "format/file_descriptor.hpp"
#include "format/input_files.hpp"
#include "format/kept_file.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

// The bytes of the file; `opened` is called with its descriptor before they are read.
template <class Opened>
std::string read_bytes(const std::filesystem::path& file, const Opened& opened) {
  const FileDescriptor descriptor(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (descriptor.get() < 0) {
    const int reason = errno;
    std::error_code no_current_folder;
    if (reason == ENOENT || reason == ENOTDIR)
      throw InputError(
          "there is no such file",
          fmt::format("looked for {}", std::filesystem::absolute(file, no_current_folder).lexically_normal().string()),
          "check the path")
          .at(file.string());
    throw IoError("the file cannot be opened", std::generic_category().message(reason), "check its permissions")
        .at(file.string());
  }

  opened(descriptor.get());
  std::string content;
  std::array<char, 1 << 16> buffer;
  for (;;) {
    const ssize_t count = ::read(descriptor.get(), buffer.data(), buffer.size());
    if (count == 0) return content;
    if (count > 0) {
      content.append(buffer.data(), static_cast<std::size_t>(count));
    } else if (errno == EISDIR) {
      throw InputError("this is a folder", "a file is wanted", "name a file in it").at(file.string());
    } else if (errno != EINTR) {
      throw IoError("the file cannot be read", std::generic_category().message(errno),
                    "check the disk and the file's permissions")
          .at(file.string());
    }
  }
}

}  // namespace

std::string read_text_file(const std::filesystem::path& file) {
  return read_bytes(file, [&](int descriptor) { note_input(descriptor, file); });
}

void refuse_utf_16(const std::filesystem::path& file, std::string_view content) {
  if (content.starts_with("\xFF\xFE") || content.starts_with("\xFE\xFF"))
    throw InputError("the file is in UTF-16", "UTF-8 is wanted", "save it in UTF-8").at(file.string());
}

std::string read_kept_file(const std::filesystem::path& file) {
  return read_bytes(file, [](int) {});
}

}  // namespace losscast
