// Standard streams that are closed, full, or lead to a pipe that nobody reads.
#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

constexpr int kIo = static_cast<int>(ExitCode::internal_or_io);

const Words kPredict = {"predict", "fit.json", "--schedule", kWsd, "--paths", "8", "--out", "bands.csv"};

// Where standard error goes while no message arrives.
const std::vector<std::string> kNoError = {"2>&-", "2>/dev/full", "2>&- <&- 3>&-", "2>&1 1>out | true"};

// The exit code of the program, run with these redirections, whatever becomes of its messages and of a pipe's end.
int exit_code(const fs::path& folder, const std::string& redirections, const Words& arguments) {
  const std::string code = "{ \"$0\" \"$@\"; echo $? >code; } " + redirections;
  run_in_shell(folder, code, arguments);
  return std::stoi(read_text_file(folder / "code"));
}

TEST(StandardError, IsNotNeeded) {
  const SmallProblem folder;
  const auto bands = [&] { return read_text_file(folder.path() / "bands.csv"); };
  run_well(folder.path(), kPredict);
  const std::string expected = bands();
  for (const std::string& redirection : kNoError) {
    fs::remove(folder.path() / "bands.csv");
    EXPECT_EQ(exit_code(folder.path(), redirection, kPredict), 0) << redirection;
    EXPECT_EQ(bands(), expected) << redirection;
  }
}

TEST(StandardError, IsNotNeededByAnyCommand) {
  const SmallProblem folder;
  const std::vector<std::pair<Words, std::string>> kCommands = {
      {{"fit", "runs.toml", "--model", "power", "--out", "new.json"}, "new.json"},
      {{"sweep", "sweep.toml", "--set", "paths=8", "--out", "results"}, "results/results.json"},
      {{"optimize", "fit.json", "--steps", "100", "--peak-lr", "3e-3", "--draws", "1", "--out", "lr.csv"}, "lr.csv"}};
  for (const auto& [command, file] : kCommands) {
    EXPECT_EQ(exit_code(folder.path(), "2>&-", command), 0) << file;
    EXPECT_TRUE(fs::exists(folder.path() / file));
    EXPECT_EQ(read_text_file(folder.path() / file).find("losscast: "), std::string::npos) << file;
  }
  EXPECT_EQ(exit_code(folder.path(), "2>&-", {"score", "fit.json", "runs.toml", "--paths", "8"}), 0);
  EXPECT_EQ(exit_code(folder.path(), "2>/dev/full", {"predict", "missing.json", "--schedule", kWsd}), 2);
  EXPECT_EQ(exit_code(folder.path(), "2>&-", {"predict", "fit.json", "--shedule", kWsd}), 2);
}

TEST(StandardOutput, ThatCannotBeWrittenIsAnErrorAndFilesAreWritten) {
  const SmallProblem folder;
  for (const std::string redirection : {">&-", ">/dev/full", "| true", ">&- <&-", "<&- >/dev/full"})
    for (const std::string form : {"--threads=1", "--json"}) {
      fs::remove(folder.path() / "bands.csv");
      Words command = kPredict;
      command.push_back(form);
      EXPECT_EQ(exit_code(folder.path(), redirection, command), kIo) << redirection;
      EXPECT_TRUE(read_text_file(folder.path() / "bands.csv").starts_with("step,")) << redirection;
    }
  for (const Words& command : {Words{"list", "models"}, {"--help"}, {"fit", "--help"}, {"version", "--json"}}) {
    const Outcome outcome = run_in_shell(folder.path(), R"("$0" "$@" >&-)", command);
    expect_failure(outcome, ExitCode::internal_or_io, {"standard output cannot be written", "Bad file descriptor"});
    EXPECT_EQ(run_losscast(folder.path(), command).exit_code, 0);
  }
}

TEST(StandardOutput, ClosedOnesAreNoPlaceForFiles) {
  const SmallProblem folder;
  Words command = kPredict;
  for (const char* stream : {"/dev/stdout", "/dev/stderr"}) {
    command.back() = stream;
    EXPECT_EQ(exit_code(folder.path(), ">&- 2>&-", command), kIo) << stream;
  }
}

TEST(StandardOutput, KeepsWhatAFileOfThatNameIsGiven) {
  const SmallProblem folder;
  Words command = kPredict;
  command.back() = "/dev/stdout";
  for (const char* redirection : {">both", "| cat >both", ">>both"}) {
    folder.write("both", "");
    EXPECT_EQ(exit_code(folder.path(), redirection, command), 0) << redirection;
    const std::string both = read_text_file(folder.path() / "both");
    EXPECT_TRUE(both.starts_with("step,")) << redirection;
    EXPECT_NE(both.find("loss after 1000 steps"), std::string::npos) << both;
  }
}

}  // namespace
}  // namespace losscast::test
