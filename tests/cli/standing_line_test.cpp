// A line that stays on the terminal below all messages.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <functional>

#include "cli/output.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

// What arrives on a standard stream meanwhile.
std::string captured(int stream, const std::function<void()>& write) {
  const ScratchFolder folder;
  const std::string file = (folder.path() / "stream").string();
  const int kept = ::dup(stream), replaced = ::open(file.c_str(), O_WRONLY | O_CREAT, 0600);
  ::dup2(replaced, stream);
  write();
  ::dup2(kept, stream);
  ::close(replaced);
  ::close(kept);
  return read_text_file(file);
}

TEST(StandingLine, StaysBelowMessages) {
  EXPECT_EQ(captured(STDERR_FILENO,
                     [] {
                       report_progress("before");
                       show_standing_line("30%");
                       show_standing_line("31%");
                       report_warning("amid");
                       show_standing_line("");
                       show_standing_line("");
                       report_error("after");
                     }),
            "losscast: before\n"
            "30%"
            "\r\x1b[K31%"
            "\r\x1b[Klosscast: warning: amid\n31%"
            "\r\x1b[K"
            "losscast: error: after\n");
}

TEST(StandingLine, MakesWayForResults) {
  std::string error;
  const std::string out = captured(STDOUT_FILENO, [&] {
    error = captured(STDERR_FILENO, [] {
      show_standing_line("99%");
      print("result\n");
      report_progress("after");
    });
  });
  EXPECT_EQ(out, "result\n");
  EXPECT_EQ(error, "99%\r\x1b[Klosscast: after\n");
}

TEST(StandingLine, KeepsToItsRoom) {
  const std::string shown = captured(STDERR_FILENO, [] { show_standing_line(std::string(2 * kStandingLine, 'x')); });
  EXPECT_EQ(shown, std::string(kStandingLine, 'x'));
  EXPECT_EQ(captured(STDERR_FILENO, [] { show_standing_line(""); }), "\r\x1b[K");
}

}  // namespace
}  // namespace losscast::test
