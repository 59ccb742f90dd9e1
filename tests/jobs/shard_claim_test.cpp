#include "jobs/shard_claim.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <ctime>

#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;

// Another process that ends with the object.
class OtherProcess {
 public:
  OtherProcess() : id_(fork()) {
    if (id_ == 0) {
      pause();
      _exit(0);
    }
  }
  ~OtherProcess() { end(); }
  OtherProcess(const OtherProcess&) = delete;
  OtherProcess& operator=(const OtherProcess&) = delete;

  pid_t id() const { return id_; }
  void end() {
    if (id_ <= 0) return;
    kill(id_, SIGKILL);
    waitpid(id_, nullptr, 0);
    id_ = 0;
  }

 private:
  pid_t id_;
};

// The 22nd field of /proc/PID/stat, whose second one holds no spaces here.
std::string start_of(pid_t process) {
  std::istringstream stat(read_text_file("/proc/" + std::to_string(process) + "/stat"));
  std::string word;
  for (int field = 0; field < 22; ++field) stat >> word;
  return word;
}

class ShardClaims : public testing::Test {
 protected:
  ShardClaims() {
    for (const char* name : {"SLURM_JOB_ID", "SLURM_ARRAY_JOB_ID", "SLURM_ARRAY_TASK_ID"}) unsetenv(name);
    char name[256] = {};
    gethostname(name, sizeof name - 1);
    host_ = name;
  }

  void write(const std::string& host, pid_t process, const std::string& start, const std::string& job = "-") {
    folder_.write("claim", host + " " + std::to_string(process) + " " + start + " " + job + "\n");
  }

  void age(double seconds) {
    timespec times[2];
    clock_gettime(CLOCK_REALTIME, &times[0]);
    times[0].tv_sec -= static_cast<time_t>(seconds);
    times[1] = times[0];
    ASSERT_EQ(utimensat(AT_FDCWD, file_.c_str(), times, 0), 0);
  }

  // Whether a claim that lies there is taken over.
  bool is_taken_over() const { return !ShardClaim(file_).holder(); }

  ScratchFolder folder_;
  fs::path file_ = folder_.path() / "claim";
  std::string host_;
};

TEST_F(ShardClaims, AreGoneWhenReleased) {
  {
    const ShardClaim claim(file_);
    EXPECT_FALSE(claim.holder());
    EXPECT_EQ(folder_.files(), std::set<std::string>{"claim"});
  }
  EXPECT_TRUE(folder_.files().empty());
}

TEST_F(ShardClaims, HoldAgainstAnotherClaim) {
  const ShardClaim first(file_);
  {
    const ShardClaim second(file_);
    ASSERT_TRUE(second.holder());
    EXPECT_NE(second.holder()->find(std::to_string(getpid())), std::string::npos) << *second.holder();
  }
  EXPECT_TRUE(fs::exists(file_)) << "the one that did not get it has removed it";
}

TEST_F(ShardClaims, HoldAsLongAsTheirProcess) {
  OtherProcess other;
  write(host_, other.id(), start_of(other.id()));
  EXPECT_FALSE(is_taken_over());
  other.end();
  EXPECT_TRUE(is_taken_over());
}

TEST_F(ShardClaims, DoNotHoldForAProcessThatGotTheNumberOfAnEarlierOne) {
  const OtherProcess other;
  write(host_, other.id(), "1");
  EXPECT_TRUE(is_taken_over());
}

TEST_F(ShardClaims, OfAnotherHostHoldWhileTheyAreYoung) {
  write("elsewhere", 1, "1");
  EXPECT_FALSE(is_taken_over());
  age(kClaimSeconds / 2);
  EXPECT_FALSE(is_taken_over());
  age(kClaimSeconds + 10);
  EXPECT_TRUE(is_taken_over());
}

TEST_F(ShardClaims, OfAnotherHostDoNotHoldForEverWhenTheClockWasSetBack) {
  write("elsewhere", 1, "1");
  age(-kClaimSeconds / 2);
  EXPECT_FALSE(is_taken_over());
  age(-1e8);
  EXPECT_TRUE(is_taken_over());
}

TEST_F(ShardClaims, AreYoungAgainWhenRenewed) {
  {
    const ShardClaim claim(file_);
    age(1000);
    claim.renew();
    struct stat now = {};
    ASSERT_EQ(stat(file_.c_str(), &now), 0);
    EXPECT_LT(std::time(nullptr) - now.st_mtime, 100);
  }
  EXPECT_TRUE(folder_.files().empty());
}

TEST_F(ShardClaims, OfTheSameJobAreTakenOver) {
  write("elsewhere", 1, "1", "17_3");
  EXPECT_FALSE(is_taken_over());
  setenv("SLURM_ARRAY_JOB_ID", "17", 1);
  setenv("SLURM_ARRAY_TASK_ID", "4", 1);
  EXPECT_FALSE(is_taken_over());
  setenv("SLURM_ARRAY_TASK_ID", "3", 1);
  EXPECT_TRUE(is_taken_over());
}

// A job may run several processes.
TEST_F(ShardClaims, OfALivingProcessOfTheSameJobAreLeftAlone) {
  setenv("SLURM_JOB_ID", "17", 1);
  const ShardClaim claim(file_);
  EXPECT_FALSE(claim.holder());
  EXPECT_FALSE(is_taken_over());
}

TEST_F(ShardClaims, ThatCannotBeReadHoldWhileTheyAreYoung) {
  folder_.write("claim", "");
  EXPECT_FALSE(is_taken_over());
  age(kClaimSeconds + 10);
  EXPECT_TRUE(is_taken_over());
}

TEST_F(ShardClaims, OfSomebodyElseAreLeftWhereTheyAre) {
  {
    const ShardClaim claim(file_);
    write("elsewhere", 1, "1");
  }
  EXPECT_TRUE(fs::exists(file_));
}

TEST_F(ShardClaims, NeedTheirFolder) { EXPECT_THROW(ShardClaim(folder_.path() / "missing" / "claim"), IoError); }

}  // namespace
}  // namespace losscast::test
