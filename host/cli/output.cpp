#include "cli/output.hpp"

#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <new>
#include <nlohmann/json.hpp>
#include <system_error>

#include "format/json_text.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/printable_line.hpp"

namespace losscast {
namespace {

// All messages go through here. It takes no memory, since there may be none left, and writes a line as a whole.
void report(std::string_view kind, std::string_view text) noexcept {
  const auto piece = [](std::string_view part) { return iovec{const_cast<char*>(part.data()), part.size()}; };
  const iovec line[] = {piece("losscast: "), piece(kind), piece(text), piece("\n")};
  [[maybe_unused]] const ssize_t arrived = ::writev(STDERR_FILENO, line, std::size(line));
}

// The same for text that may quote what users have written.
void report_printable(std::string_view kind, std::string_view text) noexcept {
  try {
    report(kind, printable_line(text));
  } catch (const std::bad_alloc&) {
    report(kind, text);
  }
}

}  // namespace

void print(std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(STDOUT_FILENO, text.data(), text.size());
    if (count >= 0)
      text.remove_prefix(static_cast<std::size_t>(count));
    else if (errno != EINTR)
      throw IoError("standard output cannot be written", std::generic_category().message(errno),
                    "check where it leads to and the free space");
  }
}

void print_json(const nlohmann::ordered_json& object) { print(json_text(object)); }

void report_progress(std::string_view text) noexcept { report("", text); }

void report_warning(std::string_view text) noexcept { report_printable("warning: ", text); }

void report_error(std::string_view text) noexcept { report("error: ", text); }

}  // namespace losscast
