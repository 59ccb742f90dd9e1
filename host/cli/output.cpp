#include "cli/output.hpp"

#include <sched.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cerrno>
#include <new>
#include <nlohmann/json.hpp>
#include <system_error>

#include "format/json_text.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/printable_line.hpp"

namespace losscast {
namespace {

// Whose turn it is to write, so that a message and the standing line do not mix. A signal's handler may have come in
// the way of the one whose turn it is: then it does not wait for ever.
class Turn {
 public:
  Turn() noexcept {
    constexpr int kPatience = 10'000;
    for (int i = 0; i < kPatience && !(mine_ = !taken.test_and_set()); ++i) ::sched_yield();
  }
  ~Turn() {
    if (mine_) taken.clear();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  static inline std::atomic_flag taken;
  bool mine_ = false;
};

// What is on the terminal's last line. No memory is taken for it, as there may be none left.
std::array<char, kStandingLine> standing;
std::size_t standing_size = 0;

std::string_view standing_line() { return {standing.data(), standing_size}; }
std::string_view clear_line() { return standing_size == 0 ? "" : "\r\x1b[K"; }

iovec piece(std::string_view part) { return {const_cast<char*>(part.data()), part.size()}; }

// All messages go through here. It takes no memory either, and writes a line as a whole.
void report(std::string_view kind, std::string_view text) noexcept {
  const Turn turn;
  const iovec line[] = {piece(clear_line()), piece("losscast: "), piece(kind),
                        piece(text),         piece("\n"),         piece(standing_line())};
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
  show_standing_line("");
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

void report_note(std::string_view text) noexcept { report_printable("note: ", text); }

void report_warning(std::string_view text) noexcept { report_printable("warning: ", text); }

void report_error(std::string_view text) noexcept { report("error: ", text); }

void show_standing_line(std::string_view text) noexcept {
  const Turn turn;
  const std::string_view before = clear_line();
  standing_size = std::min(text.size(), standing.size());
  std::copy_n(text.begin(), standing_size, standing.begin());
  const iovec line[] = {piece(before), piece(standing_line())};
  if (before.size() + standing_size == 0) return;
  [[maybe_unused]] const ssize_t arrived = ::writev(STDERR_FILENO, line, std::size(line));
}

}  // namespace losscast
