#include "losscast/format/text_file.hpp"

#include <gtest/gtest.h>

#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

TEST(ReadTextFile, GivesBackEveryByte) {
  const ScratchFolder folder;
  const std::string content = std::string("a\r\n\0b", 5) + std::string(200'000, 'x');
  EXPECT_EQ(read_text_file(folder.write("a.txt", content)), content);
  EXPECT_EQ(read_text_file(folder.write("empty.txt", "")), "");
}

TEST(ReadTextFile, TellsAWrongPathFromAFailingDisk) {
  const ScratchFolder folder;
  const auto missing = folder.path() / "missing.txt";
  expect_error(ExitCode::usage_or_input, {missing.string(), "no such file", "Check the path"},
               [&] { read_text_file(missing); });
  expect_error(ExitCode::usage_or_input, {folder.path().string(), "folder", "Name a file"},
               [&] { read_text_file(folder.path()); });
  // Page zero of this process is never mapped, so reading it fails, for the superuser too.
  expect_error(ExitCode::internal_or_io, {"/proc/self/mem", "Input/output error"},
               [] { read_text_file("/proc/self/mem"); });
}

}  // namespace
}  // namespace losscast::test
