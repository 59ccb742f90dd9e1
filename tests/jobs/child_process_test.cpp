#include "jobs/child_process.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace losscast::test {
namespace {

TEST(ChildProcess, SaysWhatTheProgramSaid) {
  const auto answer = ask({"sh", "-c", "echo out; echo err >&2; cat; exit 3"});  // nothing is on its standard input
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->exit_code, 3);
  EXPECT_EQ(answer->out, "out\n");
  EXPECT_EQ(answer->err, "err\n");
}

TEST(ChildProcess, TakesWordsAsTheyAre) {
  const auto answer = ask({"printf", "%s|", "a b", "$HOME", "'"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->out, "a b|$HOME|'|");
}

TEST(ChildProcess, ReadsMoreThanAPipeHolds) {
  const auto answer = ask({"sh", "-c", "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero"});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->out.size(), 300000u);
  EXPECT_EQ(answer->err.size(), 300000u);
}

TEST(ChildProcess, TellsASignalAndAMissingProgram) {
  EXPECT_EQ(ask({"sh", "-c", "kill -9 $$"})->exit_code, 128 + 9);
  EXPECT_FALSE(ask({"losscast-has-no-such-program"}));
}

TEST(ChildProcess, DoesNotInheritTheJobThatItIsPartOf) {
  ::setenv("SLURM_JOB_ID", "12", 1);
  ::setenv("SLURM_MEM_PER_NODE", "100", 1);
  ::setenv("SLURM_CONF", "/etc/here", 1);
  ::setenv("SBATCH_ACCOUNT", "mine", 1);
  const auto answer = ask({"sh", "-c", "echo ${SLURM_JOB_ID-} ${SLURM_MEM_PER_NODE-} $SLURM_CONF $SBATCH_ACCOUNT"});
  for (const char* name : {"SLURM_JOB_ID", "SLURM_MEM_PER_NODE", "SLURM_CONF", "SBATCH_ACCOUNT"}) ::unsetenv(name);
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->out, "/etc/here mine\n");
}

TEST(OneLine, JoinsLines) {
  EXPECT_EQ(one_line("sbatch: error: a\n\nsbatch: error: b\n"), "sbatch: error: a; sbatch: error: b");
  EXPECT_EQ(one_line("\x1b[1m"), "\\x1B[1m");
  EXPECT_EQ(one_line("\n"), "");
}

}  // namespace
}  // namespace losscast::test
