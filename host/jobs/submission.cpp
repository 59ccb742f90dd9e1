#include "jobs/submission.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "format/json_document.hpp"
#include "format/json_text.hpp"
#include "jobs/child_process.hpp"
#include "jobs/sbatch_arguments.hpp"
#include "jobs/shell_text.hpp"
#include "jobs/slurm_queue.hpp"
#include "jobs/slurm_time.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/printable_line.hpp"
#include "losscast/format/atomic_file.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr const char* kRecordFile = "submit.json";
constexpr std::int64_t kFormat = 1;

// A backslash in the name of a log file means something to Slurm, wherever in the path it stands.
void require_usable_name(const fs::path& folder) {
  const std::string name = folder.string();
  if (std::ranges::any_of(name, [](unsigned char c) { return c < 0x20 || c == '\\' || c == 0x7f; }))
    throw InputError(printable_line(name) + ": its jobs would have no logs",
                     "Slurm takes no folder with a backslash or a control character in its name", "rename it");
}

// The scripts say in a comment, of one line, how they were submitted.
void require_lines(const SlurmSettings& settings) {
  std::vector<std::string> words = {settings.program.string(), settings.memory, settings.partition, settings.account};
  words.insert(words.end(), settings.sbatch_args.begin(), settings.sbatch_args.end());
  for (const std::string& word : words)
    if (std::ranges::any_of(word, [](unsigned char c) { return c < 0x20 || c == 0x7f; }))
      throw InputError(fmt::format("\"{}\" has a control character", printable_line(word)), "Slurm has no use for one",
                       "leave it out");
}

// Twice what the shards of a task will take and five minutes beside, as nodes differ; at most four hours, since short
// jobs start sooner, and one that is not done in time goes on after a requeue.
std::int64_t usual_time_limit(double seconds_a_task) {
  constexpr double kLeast = 600;
  constexpr double kMost = 4 * 3600;
  const double seconds = std::clamp(2 * seconds_a_task + 300, kLeast, kMost);
  return static_cast<std::int64_t>(std::ceil(seconds / 60)) * 60;
}

void write_script(const fs::path& file, const std::string& text) {
  std::error_code error;
  fs::create_directories(file.parent_path(), error);
  if (error)
    throw IoError(file.parent_path().string() + " cannot be made", error.message(), "check the folder's permissions");
  write_atomically(file, text);
}

void make_log_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder / "logs", error);
  if (error)
    throw IoError((folder / "logs").string() + " cannot be made", error.message(), "check the folder's permissions");
}

// The job's number in what sbatch prints: of "12;cluster" that is 12.
std::string job_number(const std::string& printed, const std::string& job_name) {
  const std::string number = printed.substr(0, printed.find_first_of(";\n"));
  if (!number.empty() && std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; })) return number;
  throw IoError("sbatch did not say which number a job has", fmt::format("it printed \"{}\"", one_line(printed)),
                fmt::format("see with squeue whether {} is in the queue, and end it with scancel", job_name));
}

// Returns the job's number.
std::string submit_command(const std::vector<std::string>& command, const std::string& job_name) {
  const std::optional<ProgramOutput> answer = ask(command);
  if (!answer)
    throw InputError("there is no sbatch", "this machine has no Slurm, or it is not on PATH",
                     fmt::format("submit on a login node, or let any scheduler {}", kWithoutSlurm));
  if (answer->exit_code == 0) return job_number(answer->out, job_name);
  const std::string why = one_line(answer->err);
  if (is_without_answer(why))
    throw IoError("Slurm does not answer sbatch", why, fmt::format("try again later, or {}", kWithoutSlurm));
  throw InputError("sbatch refused a job", why,
                   fmt::format("change the flags, or try it by hand: {}", printable_line(shell_line(command))));
}

Json record(const Submission& submission) {
  return {{"format", kFormat},
          {"round", submission.round},
          {"array", submission.array},
          {"merge", submission.merge},
          {"by_place", submission.layout.by_place},
          {"shards_a_task", submission.layout.shards_a_task},
          {"shards", submission.shards}};
}

// Whether scancel ended the job.
bool cancel(const std::string& job) {
  try {
    const std::optional<ProgramOutput> answer = ask({"scancel", job});
    return answer && answer->exit_code == 0;
  } catch (const Error&) {
    return false;
  }
}

// Ends what was submitted. Returns the jobs for which that failed. The merge goes first, as it would run when the array
// has ended.
std::string withdraw(const Submission& submission) {
  std::string left;
  for (const std::string& job : {submission.merge, submission.array})
    if (!job.empty() && !cancel(job)) left += " " + job;
  return left;
}

// Fills in the jobs' numbers as they become known.
void submit_and_record(const SlurmJob& job, Submission& done) {
  if (!job.shards.empty()) done.array = submit_command(array_command(job), array_name(job.folder));
  done.merge = submit_command(merge_command(job, done.array), merge_name(job.folder));
  write_atomically(job.folder / kRecordFile, json_text(record(done)));
}

}  // namespace

SlurmJob slurm_job(const SlurmSettings& settings, const fs::path& folder, const OpenRound& round,
                   int largest_array_index) {
  require_usable_name(folder);
  require_usable_arguments(settings.sbatch_args);
  require_lines(settings);
  SlurmJob job{settings, folder, round.number, round.missing, 0, largest_array_index};
  if (settings.time.empty()) {
    const int shards_a_task = job.shards.empty() ? 1 : array_layout(job.shards, largest_array_index).shards_a_task;
    job.time_limit = usual_time_limit(round.seconds_a_shard * shards_a_task);
  } else {
    const std::optional<std::int64_t> seconds = slurm_seconds(settings.time);
    if (!seconds)
      throw InputError(fmt::format("--time {}: it is no time limit", printable_line(settings.time)),
                       "Slurm writes them as MINUTES, H:M:S or D-H:M:S", "use one of these forms");
    constexpr std::int64_t kLeast = 60;  // Slurm rounds up to whole minutes
    job.time_limit = std::max(*seconds, kLeast);
  }
  return job;
}

std::vector<std::string> submit_lines(const SlurmJob& job) {
  std::vector<std::string> lines;
  if (!job.shards.empty()) lines.push_back(shell_line(array_command(job)));
  lines.push_back(shell_line(merge_command(job, job.shards.empty() ? "" : "ARRAY")));
  return lines;
}

Submission submit(const SlurmJob& job) {
  make_log_folder(job.folder);
  Submission done{job.round, job.shards, {}, "", ""};
  write_script(merge_file(job), merge_script(job));
  if (!job.shards.empty()) {
    done.layout = array_layout(job.shards, job.largest_array_index);
    write_script(array_file(job), array_script(job));
  }
  try {
    submit_and_record(job, done);
  } catch (const Error& error) {
    const std::string left = withdraw(done);
    if (left.empty()) throw;
    throw Error(error.code(), error.what(), "",
                fmt::format("what was submitted before may still be in the queue: end it with `scancel{}`", left));
  }
  return done;
}

std::optional<Submission> last_submission(const fs::path& folder, int round) {
  const fs::path file = folder / kRecordFile;
  if (!fs::exists(file)) return std::nullopt;
  const DocumentNode root = read_json_file(file);
  require_format(root, kFormat);
  if (root.at("round").whole_number() != round) return std::nullopt;
  Submission read{round, {}, {}, root.at("array").any_text(), root.at("merge").any_text()};
  for (const DocumentNode& shard : root.at("shards").list())
    read.shards.push_back(static_cast<int>(shard.whole_number()));
  read.layout.by_place = root.at("by_place").boolean();
  read.layout.shards_a_task = static_cast<int>(root.at("shards_a_task").whole_number());
  return read;
}

std::vector<int> shards_of_task(const Submission& submission, int task) {
  if (!submission.layout.by_place) return {task};
  const std::size_t count = submission.shards.size();
  const std::size_t first =
      std::min(count, static_cast<std::size_t>(task) * static_cast<std::size_t>(submission.layout.shards_a_task));
  const std::size_t end = std::min(count, first + static_cast<std::size_t>(submission.layout.shards_a_task));
  const auto place = [&](std::size_t at) { return submission.shards.begin() + static_cast<std::ptrdiff_t>(at); };
  return {place(first), place(end)};
}

}  // namespace losscast
