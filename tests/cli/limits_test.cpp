// Limits that the system sets the program: they end it with a message, and nothing half-written is left.
#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

const Words kPredict = {"predict", "fit.json", "--schedule", kWsd, "--paths", "8", "--out", "bands.csv"};

TEST(Limits, OnTheSizeOfAFile) {
  const SmallProblem folder;
  folder.write("bands.csv", "old");
  const auto files = folder.files();
  expect_failure(run_in_shell(folder.path(), R"(ulimit -f 1; exec "$0" "$@")", kPredict), ExitCode::internal_or_io,
                 {"bands.csv", "File too large", "ulimit -f"});
  EXPECT_EQ(folder.files(), files);
  EXPECT_EQ(read_text_file(folder.path() / "bands.csv"), "old");
  EXPECT_EQ(run_in_shell(folder.path(), R"(ulimit -f 1000; exec "$0" "$@")", kPredict).exit_code, 0);
}

TEST(Limits, OnTheSizeOfWhatIsPrinted) {
  const SmallProblem folder;
  const Outcome outcome = run_in_shell(folder.path(), R"(ulimit -f 1; exec "$0" "$@" >printed)", {"list", "families"});
  expect_failure(outcome, ExitCode::internal_or_io, {"standard output", "File too large"});
}

TEST(Limits, OnThreads) {
  const SmallProblem folder;
  run_well(folder.path(), kPredict);
  const std::string expected = read_text_file(folder.path() / "bands.csv");
  Words command = kPredict;
  command.insert(command.end(), {"--threads", "4"});
  // As root, who has no such limit, the program becomes another user, who owns one process: itself.
  const std::string line = geteuid() == 0 ? R"(exec setpriv --reuid 65534 --clear-groups prlimit --nproc=1 "$0" "$@")"
                                          : R"(exec prlimit --nproc=1 "$0" "$@")";
  if (std::system("command -v prlimit setpriv >/dev/null") != 0) GTEST_SKIP() << "prlimit and setpriv are not there";
  fs::permissions(folder.path(), fs::perms::all);
  const Outcome outcome = run_in_shell(folder.path(), line, command);
  if (outcome.exit_code == 126 || outcome.err.find("Permission denied") != std::string::npos)
    GTEST_SKIP() << "another user cannot run the program here: " << outcome.err;
  EXPECT_EQ(outcome.exit_code, 0) << outcome.err;
  EXPECT_EQ(read_text_file(folder.path() / "bands.csv"), expected);
}

}  // namespace
}  // namespace losscast::test
