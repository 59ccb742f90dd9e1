#include "jobs/shard_claim.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "format/file_descriptor.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/atomic_file.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

struct Claimant {
  std::string host, job;  // a job is "-" outside of one
  long pid = 0;
  long long start = 0;  // of the process, in the kernel's ticks: another one may get its number

  bool operator==(const Claimant&) const = default;
};

std::string host_name() {
  char name[256] = {};
  return ::gethostname(name, sizeof name - 1) == 0 ? name : "unknown";
}

std::string job_name() {
  const auto variable = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string(value ? value : "");
  };
  const std::string array = variable("SLURM_ARRAY_JOB_ID"), job = variable("SLURM_JOB_ID");
  if (!array.empty()) return array + "_" + variable("SLURM_ARRAY_TASK_ID");
  return job.empty() ? "-" : job;
}

// When a process of this host began, by the kernel's count of ticks; -1 if there is none.
long long start_of(long pid) {
  std::ifstream file(fmt::format("/proc/{}/stat", pid));
  std::string stat;
  if (!std::getline(file, stat)) return -1;
  std::istringstream rest(stat.substr(stat.rfind(')') + 1));
  std::string word;
  constexpr int kStartTime = 20;  // fields after the name in brackets
  for (int field = 0; field < kStartTime; ++field) rest >> word;
  return std::atoll(word.c_str());
}

Claimant this_process() { return {host_name(), job_name(), ::getpid(), start_of(::getpid())}; }

std::string text_of(const Claimant& claimant) {
  return fmt::format("{} {} {} {}\n", claimant.host, claimant.pid, claimant.start, claimant.job);
}

std::optional<Claimant> read_claimant(const fs::path& file) {
  std::ifstream in(file);
  Claimant claimant;
  if (in >> claimant.host >> claimant.pid >> claimant.start >> claimant.job) return claimant;
  return {};
}

double time_of(const struct stat& of_file) {
  return static_cast<double>(of_file.st_mtim.tv_sec) + 1e-9 * static_cast<double>(of_file.st_mtim.tv_nsec);
}

// How long the file was left alone, by the disk's clock: that of a new file beside it. Negative if that clock was set
// back meanwhile.
double age_of(const fs::path& file) {
  const fs::path probe = file.parent_path() / fmt::format(".losscast-{}-clock.tmp", ::getpid());
  struct stat there = {}, now = {};
  const FileDescriptor made(::open(probe.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0666));
  const bool known = made.get() >= 0 && ::futimens(made.get(), nullptr) == 0 && ::fstat(made.get(), &now) == 0 &&
                     ::stat(file.c_str(), &there) == 0;
  ::unlink(probe.c_str());
  return known ? time_of(now) - time_of(there) : 0;
}

// A claim that is kept up is renewed soon after the disk's clock was set anew, also if that was back.
bool is_left_alone(const fs::path& file) { return std::abs(age_of(file)) > kClaimSeconds; }

bool has_ended(const Claimant& claimant, const fs::path& file) {
  const Claimant here = this_process();
  const bool is_here = claimant.host == here.host;
  if (is_here && start_of(claimant.pid) != claimant.start) return true;
  // A job that was started again elsewhere has ended where it was.
  if (!is_here && claimant.job != "-" && claimant.job == here.job) return true;
  return is_left_alone(file);
}

// Whether the file was made, whole; not if it was there.
bool create(const fs::path& file, const std::string& text) {
  try {
    write_new_file(file, text);
    return true;
  } catch (const InputError&) {
    return false;
  }
}

}  // namespace

ShardClaim::ShardClaim(fs::path file) : file_(std::move(file)) {
  const std::string text = text_of(this_process());
  if (create(file_, text)) return;
  const std::optional<Claimant> other = read_claimant(file_);
  const bool is_over = other ? has_ended(*other, file_) : is_left_alone(file_);
  if (is_over)
    write_atomically(file_, text);
  else
    holder_ = other ? fmt::format("process {} of {}", other->pid, other->host) : "a process that is just beginning";
}

ShardClaim::~ShardClaim() {
  if (holder_ || read_claimant(file_) != this_process()) return;
  std::error_code ignored;
  fs::remove(file_, ignored);
}

void ShardClaim::renew() const { ::utimensat(AT_FDCWD, file_.c_str(), nullptr, 0); }

}  // namespace losscast
