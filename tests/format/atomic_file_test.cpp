#include "losscast/format/atomic_file.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include <atomic>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "losscast/format/text_file.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

// No file of this process may grow past a number of bytes, as on a full disk.
class FileSizeLimit {
 public:
  explicit FileSizeLimit(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit = {bytes, before_.rlim_max};
    setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FileSizeLimit() {
    setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }

 private:
  void (*handler_)(int);
  rlimit before_ = {};
};

TEST(WriteAtomically, WritesNewFilesAndReplacesOldOnes) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "results.csv";
  for (const std::string& content : {std::string("first\n"), std::string(300'000, 'x'), std::string()}) {
    write_atomically(file, content);
    EXPECT_EQ(read_text_file(file), content);
    EXPECT_EQ(folder.files(), Names{"results.csv"});
  }
}

TEST(AtomicFile, TakesPiecesAndShowsThemAllAtOnce) {
  const ScratchFolder folder;
  const fs::path path = folder.write("results.csv", "old");
  {
    AtomicFile file(path);
    std::string expected;
    for (int piece = 0; piece < 40; ++piece) {
      const std::string some(10'000, static_cast<char>('a' + piece % 26));
      file.append(some);
      expected += some;
      ASSERT_EQ(read_text_file(path), "old");
      ASSERT_EQ(folder.files().size(), 2u);  // the temporary file
    }
    file.commit();
    EXPECT_EQ(read_text_file(path), expected);
    EXPECT_EQ(folder.files(), Names{"results.csv"});
  }
  EXPECT_EQ(folder.files(), Names{"results.csv"});
}

TEST(AtomicFile, LeavesNothingWithoutCommit) {
  const ScratchFolder folder;
  const auto fail = [&] {
    AtomicFile file(folder.path() / "results.csv");
    file.append("rank,family\n");
    throw std::runtime_error("no rows");
  };
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_EQ(folder.files(), Names());
  folder.write("results.csv", "old");
  EXPECT_THROW(fail(), std::runtime_error);
  EXPECT_EQ(read_text_file(folder.path() / "results.csv"), "old");
  EXPECT_EQ(folder.files(), Names{"results.csv"});
}

TEST(AtomicFile, SaysAtWhichPieceTheDiskIsFull) {
  const ScratchFolder folder;
  const fs::path path = folder.write("results.csv", "old");
  {
    const FileSizeLimit limit(1000);
    AtomicFile file(path);
    file.append(std::string(900, 'x'));
    expect_error(ExitCode::internal_or_io, {path.string(), "File too large", "free space"},
                 [&] { file.append(std::string(200, 'x')); });
  }
  EXPECT_EQ(read_text_file(path), "old");
  EXPECT_EQ(folder.files(), Names{"results.csv"});
}

TEST(AtomicFile, GoesStraightToDevices) {
  AtomicFile file("/dev/full");
  expect_error(ExitCode::internal_or_io, {"/dev/full", "No space left on device"}, [&] { file.append("x"); });
  AtomicFile nowhere("/dev/null");
  nowhere.append("x");
  nowhere.append("y");
  nowhere.commit();
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
}

TEST(AtomicFile, KeepsASymbolicLinkAndReplacesItsTarget) {
  const ScratchFolder folder;
  const fs::path target = folder.write("target.csv", "old");
  fs::create_symlink("target.csv", folder.path() / "link.csv");
  AtomicFile file(folder.path() / "link.csv");
  file.append("n");
  file.append("ew");
  EXPECT_EQ(read_text_file(target), "old");
  file.commit();
  EXPECT_TRUE(fs::is_symlink(folder.path() / "link.csv"));
  EXPECT_EQ(read_text_file(target), "new");
}

TEST(WriteNewFile, WritesAFileThatIsNotThere) {
  const ScratchFolder folder;
  write_new_file(folder.path() / "record.json", "first\n");
  EXPECT_EQ(read_text_file(folder.path() / "record.json"), "first\n");
  EXPECT_EQ(folder.files(), Names{"record.json"});
}

TEST(WriteNewFile, ReplacesNothing) {
  const ScratchFolder folder;
  folder.write("record.json", "first\n");
  fs::create_directory(folder.path() / "folder");
  fs::create_symlink("nowhere", folder.path() / "link");
  for (const char* taken : {"record.json", "folder", "link"})
    expect_error(ExitCode::usage_or_input, {taken, "something of that name already"},
                 [&] { write_new_file(folder.path() / taken, "second\n"); });
  EXPECT_EQ(read_text_file(folder.path() / "record.json"), "first\n");
  EXPECT_EQ(folder.files(), (Names{"record.json", "folder", "link"}));
}

// Of many that write it at once, one does, whole, and the others say that they did not.
TEST(WriteNewFile, IsWrittenByOneOfMany) {
  const ScratchFolder folder;
  std::atomic<int> written = 0, refused = 0;
  {
    std::vector<std::jthread> writers;
    for (int w = 0; w < 8; ++w)
      writers.emplace_back([&, w] {
        try {
          write_new_file(folder.path() / "record.json", std::string(10'000, static_cast<char>('a' + w)));
          ++written;
        } catch (const InputError&) {
          ++refused;
        }
      });
  }
  EXPECT_EQ(written, 1);
  EXPECT_EQ(refused, 7);
  const std::string content = read_text_file(folder.path() / "record.json");
  EXPECT_EQ(content, std::string(10'000, content.front()));
  EXPECT_EQ(folder.files(), Names{"record.json"});
}

TEST(WriteAtomically, GivesTheFileTheUsualPermissions) {
  const ScratchFolder folder;
  const mode_t before = umask(027);
  write_atomically(folder.path() / "results.csv", "x");
  umask(before);
  struct stat status = {};
  ASSERT_EQ(stat((folder.path() / "results.csv").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0640u);
}

TEST(WriteAtomically, LeavesTheOldFileAndNothingElseWhenTheDiskIsFull) {
  const ScratchFolder folder;
  const fs::path file = folder.write("results.csv", "old");
  {
    const FileSizeLimit limit(1000);
    expect_error(ExitCode::internal_or_io, {file.string(), "File too large", "free space", "ulimit -f"},
                 [&] { write_atomically(file, std::string(2000, 'x')); });
    write_atomically(folder.path() / "small.csv", std::string(1000, 'x'));
  }
  EXPECT_EQ(read_text_file(file), "old");
  EXPECT_EQ(folder.files(), (Names{"results.csv", "small.csv"}));
}

TEST(WriteAtomically, NamesThePathAndTheReasonWhenTheFolderIsUnusable) {
  const ScratchFolder folder;
  folder.write("a_file", "");
  const fs::path in_missing = folder.path() / "missing" / "results.csv";
  const fs::path in_file = folder.path() / "a_file" / "results.csv";
  expect_error(ExitCode::internal_or_io, {in_missing.string(), "No such file or directory", "Check the folder"},
               [&] { write_atomically(in_missing, "x"); });
  expect_error(ExitCode::internal_or_io, {in_file.string(), "Not a directory"},
               [&] { write_atomically(in_file, "x"); });
  expect_error(ExitCode::internal_or_io, {folder.path().string(), "Is a directory"},
               [&] { write_atomically(folder.path(), "x"); });
  EXPECT_EQ(folder.files(), Names{"a_file"});
}

TEST(WriteAtomically, KeepsASymbolicLinkAndReplacesItsTarget) {
  const ScratchFolder folder;
  const fs::path target = folder.write("target.csv", "old");
  fs::create_symlink("target.csv", folder.path() / "link.csv");
  write_atomically(folder.path() / "link.csv", "new");
  EXPECT_TRUE(fs::is_symlink(folder.path() / "link.csv"));
  EXPECT_EQ(read_text_file(target), "new");
}

TEST(WriteAtomically, RefusesALinkThatLeadsNowhereAndALongName) {
  const ScratchFolder folder;
  fs::create_symlink("nowhere", folder.path() / "dangling");
  fs::create_symlink("loop", folder.path() / "loop");
  const auto files = folder.files();
  const std::pair<std::string, std::string> kCases[] = {{"dangling", "a link that leads nowhere"},
                                                        {"loop", "Too many levels of symbolic links"},
                                                        {"dangling/x", "No such file"},
                                                        {std::string(300, 'x'), "File name too long"}};
  for (const auto& [name, reason] : kCases)
    expect_error(ExitCode::internal_or_io, {name, reason}, [&] { write_atomically(folder.path() / name, "x"); });
  EXPECT_EQ(folder.files(), files);
  EXPECT_FALSE(fs::exists(folder.path() / "nowhere"));
}

TEST(WriteAtomically, WritesToDevicesWithoutReplacingThem) {
  write_atomically("/dev/null", "x");
  EXPECT_TRUE(fs::is_character_file("/dev/null"));
  expect_error(ExitCode::internal_or_io, {"/dev/full", "No space left on device"},
               [] { write_atomically("/dev/full", "x"); });
}

TEST(WriteAtomically, NeverShowsReadersAPartOfAFile) {
  const ScratchFolder folder;
  const fs::path file = folder.path() / "results.csv";
  const std::string contents[] = {std::string(200'000, 'a'), std::string(100'000, 'b')};
  write_atomically(file, contents[0]);
  std::atomic<bool> done = false;
  std::thread writer([&] {
    for (int i = 0; i < 50; ++i) write_atomically(file, contents[i % 2]);
    done = true;
  });
  while (!done) {
    const std::string seen = read_text_file(file);
    if (seen != contents[0] && seen != contents[1]) {
      ADD_FAILURE() << "a reader saw " << seen.size() << " bytes";
      break;
    }
  }
  writer.join();
}

fs::path folder_of_the_signal;
std::size_t files_before, files_after;  // of that folder, beside the removal
void note_files_and_remove_unfinished(int) {
  const auto files = [] {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_of_the_signal), fs::directory_iterator()));
  };
  files_before = files();
  remove_unfinished_files();
  files_after = files();
}

// A signal arrives amid the writing: here that of a file which grows past a limit.
TEST(RemoveUnfinishedFiles, LeavesNoTemporaryFileBehindASignal) {
  const ScratchFolder folder;
  const fs::path file = folder.write("results.csv", "old");
  folder_of_the_signal = folder.path();
  const FileSizeLimit limit(1000);
  const auto before = std::signal(SIGXFSZ, note_files_and_remove_unfinished);
  EXPECT_THROW(write_atomically(file, std::string(2000, 'x')), IoError);
  EXPECT_EQ(files_before, 2u);
  EXPECT_EQ(files_after, 1u);
  std::signal(SIGXFSZ, before);
  remove_unfinished_files();  // of which there is none any more
  EXPECT_EQ(read_text_file(file), "old");
}

}  // namespace
}  // namespace losscast::test
