#include "losscast/format/text_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <system_error>

#include "format/file_descriptor.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

std::string read_text_file(const std::filesystem::path& file) {
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

}  // namespace losscast
