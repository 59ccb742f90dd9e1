#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

constexpr ExitCode kIo = ExitCode::internal_or_io;

// The commands that write, each with --out last.
const std::vector<Words> kWriters = {
    {"fit", "runs.toml", "--model", "power", "--out"},
    {"predict", "fit.json", "--schedule", kWsd, "--paths", "8", "--out"},
    {"sweep", "sweep.toml", "--set", "paths=8", "--out"},
    {"optimize", "fit.json", "--steps", "100", "--peak-lr", "3e-3", "--draws", "1", "--out"},
    {"schedule", kWsd, "--out"}};

Words with_output(Words command, const std::string& out) {
  command.push_back(out);
  return command;
}

TEST(Unwritable, AFileInTheWayIsFoundBeforeAnythingIsComputed) {
  const SmallProblem folder;
  folder.write("a_file", "");
  for (const Words& command : kWriters) {
    run_well(folder.path(), with_output(command, "output_" + command[0]));
    const auto files = folder.files();
    expect_failure(run_losscast(folder.path(), with_output(command, "a_file/x")), kIo, {"a_file/x", "Not a directory"});
    EXPECT_EQ(folder.files(), files);
  }
}

TEST(Unwritable, MissingFoldersAreMadeForASweepOnly) {
  const SmallProblem folder;
  for (const Words& command : kWriters) {
    const std::string output = command[0] + "_new/output";
    const Outcome outcome = run_losscast(folder.path(), with_output(command, output));
    if (command[0] == "sweep")
      EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
    else
      expect_failure(outcome, kIo, {output, "No such file or directory"});
  }
}

// Found out only once the folder was made: a request that cannot be simulated.
TEST(Unwritable, NoEmptyFolderIsLeftOfASweepThatFails) {
  const SmallProblem folder;
  const Words wrong = {"sweep", "sweep.toml", "--scheme", "euler", "--block", "100000", "--out", "new/output"};
  expect_failure(run_losscast(folder.path(), wrong), ExitCode::usage_or_input, {"a block of 100000 steps is too long"});
  EXPECT_FALSE(fs::exists(folder.path() / "new"));
  run_well(folder.path(), with_output(kWriters[2], "new/output"));  // control
  EXPECT_TRUE(fs::exists(folder.path() / "new" / "output" / "results.csv"));
}

TEST(Unwritable, AFolderIsNoFile) {
  const SmallProblem folder;
  fs::create_directory(folder.path() / "taken");
  expect_failure(run_losscast(folder.path(), with_output(kWriters[0], "taken")), kIo, {"taken", "Is a directory"});
  expect_failure(run_losscast(folder.path(), with_output(kWriters[1], "taken")), kIo, {"taken", "Is a directory"});
  EXPECT_TRUE(fs::is_empty(folder.path() / "taken"));
}

TEST(Unwritable, AFolderWithoutPermission) {
  if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
  const SmallProblem folder;
  const fs::path locked = folder.path() / "locked";
  fs::create_directory(locked);
  fs::permissions(locked, fs::perms::owner_read | fs::perms::owner_exec);
  for (const Words& command : kWriters)
    expect_failure(run_losscast(folder.path(), with_output(command, "locked/output")), kIo,
                   {"locked/output", "Permission denied"});
  EXPECT_TRUE(fs::is_empty(locked));
}

TEST(Unwritable, AFullDiskIsFoundWhileWriting) {
  const SmallProblem folder;
  expect_failure(run_losscast(folder.path(), with_output(kWriters[1], "/dev/full")), kIo, {"/dev/full", "No space"});
}

TEST(Unwritable, AFileOfASweepIsFoundBeforeAnythingIsComputed) {
  const SmallProblem folder;
  fs::create_directories(folder.path() / "taken" / "results.json");
  const Outcome outcome = run_losscast(folder.path(), with_output(kWriters[2], "taken"));
  expect_failure(outcome, kIo, {"taken/results.json", "Is a directory"});
  EXPECT_EQ(outcome.err.find("sweeping"), std::string::npos) << outcome.err;
  EXPECT_FALSE(fs::exists(folder.path() / "taken" / "results.csv"));
  EXPECT_FALSE(fs::exists(folder.path() / "taken" / "bands.npy"));
}

TEST(Unwritable, LinksThatLeadNowhereAndLongNames) {
  const SmallProblem folder;
  fs::create_symlink("nowhere", folder.path() / "dangling");
  fs::create_symlink("loop", folder.path() / "loop");
  const auto files = folder.files();
  const std::pair<std::string, std::string> kCases[] = {{"dangling", "leads nowhere"},
                                                        {"loop", "Too many levels of symbolic links"},
                                                        {std::string(300, 'x'), "File name too long"}};
  for (const Words& command : kWriters)
    for (const auto& [name, reason] : kCases) {
      const Outcome outcome = run_losscast(folder.path(), with_output(command, name));
      expect_failure(outcome, kIo, {name, reason});
      EXPECT_EQ(outcome.err.find("ing "), std::string::npos) << "it was begun: " << outcome.err;
    }
  EXPECT_EQ(folder.files(), files);
}

TEST(Unwritable, StandardOutput) {
  const SmallProblem folder;
  const Outcome outcome = run_losscast(folder.path(), {"list", "models"}, "/dev/full");
  expect_failure(outcome, kIo, {"standard output"});
  EXPECT_EQ(run_losscast(folder.path(), {"list", "models"}, "/dev/null").exit_code, 0);
}

}  // namespace
}  // namespace losscast::test
