#include "losscast/base/printable_line.hpp"

#include <gtest/gtest.h>

namespace losscast::test {
namespace {

TEST(PrintableLine, KeepsTextAndEscapesWhatATerminalWouldObey) {
  const std::string text = "3e-4: \"wsd\" \\ caf\u00E9 \u20AC \U0001F600 ~";
  EXPECT_EQ(printable_line(text), text);
  EXPECT_EQ(printable_line(""), "");
  EXPECT_EQ(printable_line("a\nb\r\tc"), "a\\nb\\r\\tc");
  EXPECT_EQ(printable_line(std::string_view("\0\x1b[31m\x7f", 7)), "\\x00\\x1B[31m\\x7F");
  EXPECT_EQ(printable_line("\u009Bm"), "\\xC2\\x9Bm") << "a terminal's escape sequence in one character";
}

TEST(PrintableLine, EscapesBytesOfNoCharacter) {
  EXPECT_EQ(printable_line("a\xFF"), "a\\xFF");
  EXPECT_EQ(printable_line("\xC3"), "\\xC3") << "cut off";
  EXPECT_EQ(printable_line("\xC3("), "\\xC3(");
  EXPECT_EQ(printable_line("\xC0\x80"), "\\xC0\\x80") << "longer than it may be";
  EXPECT_EQ(printable_line("\xED\xA0\x80"), "\\xED\\xA0\\x80") << "half of a pair";
  EXPECT_EQ(printable_line("\xF4\x90\x80\x80"), "\\xF4\\x90\\x80\\x80") << "beyond the last character";
}

}  // namespace
}  // namespace losscast::test
