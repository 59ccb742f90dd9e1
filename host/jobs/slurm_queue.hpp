// What Slurm's own programs say. None of them needs its accounting database.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace losscast {

// What to do instead where Slurm is missing or does not answer.
inline constexpr const char* kWithoutSlurm =
    "run `losscast shard DIR --index I` for each shard that `losscast status DIR --files` shows, then "
    "`losscast merge DIR`";

// Whether this is what Slurm's programs print when the controller, or the way to it, is away, and not what is wrong
// with what they were asked.
bool is_without_answer(std::string_view printed);

// A job in the queue that belongs to a plan; of an array, one task.
struct QueuedJob {
  std::string id;     // "12_3", or "13" if it is no task of an array
  std::string state;  // Slurm's word: PENDING, RUNNING, COMPLETING, ...
  std::string node;   // where it runs; empty: nowhere yet
  int restarts = 0;
  std::string reason;  // why it waits
  bool is_merge = false;
};

// The jobs of the plan in the queue; nothing if there is no squeue. Throws IoError if it cannot tell.
std::optional<std::vector<QueuedJob>> queued_jobs(const std::filesystem::path& folder);

// The same, read from what `squeue` prints with the fields that queued_jobs() asks for.
std::vector<QueuedJob> jobs_in(std::string_view listing, const std::filesystem::path& folder);

// The number of an array's task: 3 for "12_3"; nothing for a job that is none.
std::optional<int> task_index(const QueuedJob& job);

// The largest index that an array may have: what the configuration says, else Slurm's own default.
int largest_array_index();

}  // namespace losscast
