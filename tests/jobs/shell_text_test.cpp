#include "jobs/shell_text.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "jobs/child_process.hpp"

namespace losscast::test {
namespace {

TEST(ShellText, LeavesPlainWordsAlone) {
  EXPECT_EQ(shell_word("--time=1:00/x"), "--time=1:00/x");
  EXPECT_EQ(shell_word(""), "''");
  EXPECT_EQ(shell_word("a b"), "'a b'");
  EXPECT_EQ(shell_line(std::vector<std::string>{"a", "b c"}), "a 'b c'");
}

TEST(ShellText, KeepsPathsFromBeingFlags) {
  EXPECT_EQ(shell_path("-plan"), "./-plan");
  EXPECT_EQ(shell_path("- plan"), "'./- plan'");
  EXPECT_EQ(shell_path("/a/-plan"), "/a/-plan");
}

TEST(ShellText, IsReadByAShellAsItWas) {
  const std::vector<std::string> words = {"it's",        "a \"b\"",         "$(date) `x` $HOME",
                                          "back\\slash", "* ? [a] {b,c} ~", "#;&|<>!",
                                          "line\nbreak", "caf\xc3\xa9",     "''"};
  for (const char* shell : {"sh", "bash"}) {
    const auto answer = ask({shell, "-c", "printf '%s\\0' " + shell_line(words)});
    ASSERT_TRUE(answer) << shell;
    std::string expected;
    for (const std::string& word : words) expected += word + '\0';
    EXPECT_EQ(answer->out, expected);
  }
}

}  // namespace
}  // namespace losscast::test
