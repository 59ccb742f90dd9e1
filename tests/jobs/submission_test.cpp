// submit() with programs in place of Slurm's, which keep what they are called with.
#include "jobs/submission.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "jobs/slurm_queue.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

const OpenRound kRound = {1, "a round", 8, {0, 1, 2, 5}, 100};

class FakeSlurm : public ::testing::Test {
 protected:
  FakeSlurm() : path_(std::getenv("PATH")) {
    fs::create_directory(folder_.path() / "bin");
    fs::create_directory(plan());
    ::setenv("PATH", ((folder_.path() / "bin").string() + ":" + path_).c_str(), 1);
  }
  ~FakeSlurm() override { ::setenv("PATH", path_.c_str(), 1); }

  fs::path plan() const { return folder_.path() / "plan"; }

  // Puts a program on PATH.
  void make(const std::string& name, const std::string& lines) {
    const fs::path file = folder_.write("bin/" + name, "#!/bin/sh\n" + lines + "\n");
    fs::permissions(file, fs::perms::owner_all);
  }

  SlurmJob job() const { return slurm_job({.program = "/opt/losscast"}, plan(), kRound, 1000); }

  std::string calls() const { return read_text_file(folder_.path() / "calls"); }

  ScratchFolder folder_;
  std::string path_;
};

constexpr const char* kNoteCall = R"(echo "${0##*/} $*" >>"${0%/*}/../calls")";

TEST_F(FakeSlurm, SubmitKeepsScriptsAndNumbers) {
  make("sbatch", std::string(kNoteCall) + "\ncase $* in *afterany:12*) echo 13;; *) echo '12;cluster';; esac");
  const Submission done = submit(job());
  EXPECT_EQ(done.array, "12");
  EXPECT_EQ(done.merge, "13");
  EXPECT_EQ(read_text_file(plan() / "slurm" / "round_1_shards.sh"), array_script(job()));
  EXPECT_EQ(read_text_file(plan() / "slurm" / "round_1_merge.sh"), merge_script(job()));
  EXPECT_TRUE(fs::is_directory(plan() / "logs"));
  const auto kept = last_submission(plan(), 1);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->array, "12");
  EXPECT_EQ(kept->shards, kRound.missing);
  EXPECT_FALSE(last_submission(plan(), 2));
}

TEST_F(FakeSlurm, SubmitOfNoShardsIsAMergeAlone) {
  make("sbatch", std::string(kNoteCall) + "\necho 12");
  OpenRound round = kRound;
  round.missing.clear();
  const Submission done = submit(slurm_job({.program = "/opt/losscast"}, plan(), round, 1000));
  EXPECT_EQ(done.array, "");
  EXPECT_EQ(done.merge, "12");
  EXPECT_EQ(calls().find("afterany"), std::string::npos);
}

TEST_F(FakeSlurm, SubmitLeavesNothingInTheQueueIfTheMergeIsRefused) {
  make("sbatch",
       std::string(kNoteCall) + "\ncase $* in *afterany*) echo 'too many jobs' >&2; exit 1;; *) echo 12;; esac");
  make("scancel", kNoteCall);
  expect_error(ExitCode::usage_or_input, {"sbatch refused", "too many jobs"}, [&] { submit(job()); });
  EXPECT_NE(calls().find("scancel 12\n"), std::string::npos) << calls();
  EXPECT_FALSE(last_submission(plan(), 1));
}

// An array that is accepted, and a merge that is not.
constexpr const char* kMergeIsRefused = "case $* in *afterany*) echo 'too many jobs' >&2; exit 1;; *) echo 12;; esac";

TEST_F(FakeSlurm, SubmitSaysWhatIsLeftInTheQueue) {
  make("sbatch", kMergeIsRefused);
  make("scancel", "exit 1");
  expect_error(ExitCode::usage_or_input, {"sbatch refused", "too many jobs", "end it with `scancel 12`"},
               [&] { submit(job()); });
}

TEST_F(FakeSlurm, SubmitKeepsItsMessageWhereScancelCannotBeRun) {
  make("sbatch", kMergeIsRefused);
  fs::create_directory(folder_.path() / "bin" / "scancel");
  expect_error(ExitCode::usage_or_input, {"sbatch refused", "too many jobs", "end it with `scancel 12`"}, [&] {
    ::setenv("PATH", (folder_.path() / "bin").c_str(), 1);
    submit(job());
  });
}

TEST_F(FakeSlurm, SubmitTakesJobsBackIfItCannotRecordThem) {
  make("sbatch", std::string(kNoteCall) + "\ncase $* in *afterany*) echo 13;; *) echo 12;; esac");
  make("scancel", kNoteCall);
  fs::create_directories(plan() / "submit.json" / "in the way");
  expect_error(ExitCode::internal_or_io, {"submit.json"}, [&] { submit(job()); });
  EXPECT_NE(calls().find("scancel 13\nscancel 12\n"), std::string::npos) << calls();
}

TEST_F(FakeSlurm, SubmitTakesNothingButANumberForAJob) {
  for (const char* printed : {"usage: sbatch", "12a", "", " 12"}) {
    make("sbatch", fmt::format("echo '{}'", printed));
    expect_error(ExitCode::internal_or_io,
                 {"did not say which number", fmt::format("\"{}\"", printed), "losscast-plan", "squeue"},
                 [&] { submit(job()); });
    EXPECT_FALSE(last_submission(plan(), 1));
  }
}

TEST_F(FakeSlurm, SubmitSaysWhatToDoIfSlurmDoesNotAnswer) {
  make("sbatch",
       "echo 'sbatch: error: Batch job submission failed: Unable to contact slurm controller (connect failure)' >&2\n"
       "exit 1");
  expect_error(ExitCode::internal_or_io,
               {"does not answer", "connect failure", "Try again later", "losscast shard DIR --index I"},
               [&] { submit(job()); });
  make("squeue", "echo 'slurm_load_jobs error: Unable to contact slurm controller (connect failure)' >&2\nexit 1");
  expect_error(ExitCode::internal_or_io, {"connect failure", "Try again later", "losscast shard DIR --index I"},
               [&] { queued_jobs(plan()); });
}

TEST_F(FakeSlurm, SubmitSaysWhatToDoWithoutSlurm) {
  ::setenv("PATH", (folder_.path() / "bin").c_str(), 1);
  expect_error(ExitCode::usage_or_input, {"there is no sbatch", "losscast shard DIR --index I"},
               [&] { submit(job()); });
}

TEST(SlurmJobs, HaveATimeLimitOfTheirOwn) {
  const auto limit = [](double seconds_a_shard, const std::string& time = "", int largest_index = 1000) {
    OpenRound round = kRound;
    round.seconds_a_shard = seconds_a_shard;
    return slurm_job({.time = time}, "/data/plan", round, largest_index).time_limit;
  };
  EXPECT_EQ(limit(0), 600);
  EXPECT_EQ(limit(1000), 2340);         // twice that and five minutes, in whole minutes
  EXPECT_EQ(limit(1000, "", 1), 4320);  // two shards a task
  EXPECT_EQ(limit(1e6), 4 * 3600);
  EXPECT_EQ(limit(1e6, "1-0"), 86400);
  expect_error(ExitCode::usage_or_input, {"--time soon", "H:M:S"}, [&] { limit(1, "soon"); });
}

TEST(SlurmJobs, RefuseWhatSlurmCannotDo) {
  const auto make = [](const fs::path& folder, const std::vector<std::string>& arguments) {
    return slurm_job({.sbatch_args = arguments}, folder, kRound, 1000);
  };
  make("/data/a b'%", {"--qos=low"});
  expect_error(ExitCode::usage_or_input, {"backslash"}, [&] { make("/data/a\\b", {}); });
  expect_error(ExitCode::usage_or_input, {"control character"}, [&] { make("/data/a\nb", {}); });
  expect_error(ExitCode::usage_or_input, {"--array cannot be set"}, [&] { make("/data/a", {"--array=1"}); });
  expect_error(ExitCode::usage_or_input, {"--qos=a\\nb", "control character"},
               [&] { make("/data/a", {"--qos=a\nb"}); });
}

TEST(ShardsOfATask, AreItsOwnIndexOrItsPlaces) {
  Submission submission{1, {0, 1, 2, 5, 8}, {false, 1, "0-2,5,8", 5}, "12", "13"};
  EXPECT_EQ(shards_of_task(submission, 5), std::vector<int>{5});
  submission.layout = {true, 2, "0-2", 3};
  EXPECT_EQ(shards_of_task(submission, 1), (std::vector<int>{2, 5}));
  EXPECT_EQ(shards_of_task(submission, 2), std::vector<int>{8});
  EXPECT_EQ(shards_of_task(submission, 9), std::vector<int>());
}

}  // namespace
}  // namespace losscast::test
