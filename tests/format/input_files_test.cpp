#include "format/input_files.hpp"

#include <gtest/gtest.h>

#include <thread>

#include "format/kept_file.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

void expect_refused(const fs::path& file, const fs::path& input) {
  expect_error(ExitCode::usage_or_input, {file.string() + ": ", "input", "read as " + input.string(), "Name another"},
               [&] { write_atomically(file, "new"); });
  EXPECT_EQ(read_text_file(input), "old");
}

TEST(InputProtection, RefusesToWriteOverWhatWasRead) {
  const ScratchFolder folder;
  const fs::path input = folder.write("input", "old"), other = folder.write("other", "old");
  fs::create_symlink("input", folder.path() / "link");
  fs::create_symlink("link", folder.path() / "link_to_link");
  fs::create_hard_link(input, folder.path() / "hard_link");
  fs::create_directory_symlink(".", folder.path() / "here");
  const auto files = folder.files();
  const InputProtection protection;
  read_text_file(input);
  for (const char* name : {"input", "link", "link_to_link", "hard_link", "here/input", "here/here/link"})
    expect_refused(folder.path() / name, input);
  write_atomically(other, "new");
  EXPECT_EQ(read_text_file(other), "new");
  EXPECT_EQ(folder.files(), files);
}

TEST(InputProtection, CoversAllThreadsUntilTheLastOneEnds) {
  const ScratchFolder folder;
  const fs::path input = folder.write("input", "old");
  {
    const InputProtection protection;
    std::thread([&] {
      const InputProtection another;
      read_text_file(input);
    }).join();
    expect_refused(input, input);
  }
  write_atomically(input, "new");
  const InputProtection later;
  write_atomically(input, "newer");
}

TEST(InputProtection, LeavesTheProgramsOwnFilesAndDevicesAlone) {
  const ScratchFolder folder;
  const fs::path own = folder.write("progress", "old");
  const InputProtection protection;
  EXPECT_EQ(read_kept_file(own), "old");
  write_atomically(own, "new");
  read_text_file("/dev/null");
  write_atomically("/dev/null", "x");
}

}  // namespace
}  // namespace losscast::test
