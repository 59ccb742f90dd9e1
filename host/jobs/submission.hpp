// Handing the shards of a round to Slurm.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "jobs/plan_progress.hpp"
#include "jobs/slurm_script.hpp"

namespace losscast {

// What was submitted last, as DIR/submit.json keeps it.
struct Submission {
  int round = 0;
  std::vector<int> shards;
  ArrayLayout layout;
  std::string array;  // the array's number; empty if no shard was missing
  std::string merge;  // the merge's
};

// The jobs that run the missing shards of the round, and merge. `folder` is the plan's. Throws InputError if Slurm
// cannot work in it because of its name, or if the settings contradict what the jobs need.
SlurmJob slurm_job(const SlurmSettings& settings, const std::filesystem::path& folder, const OpenRound& round,
                   int largest_array_index);

// A line of shell for each job, in the order in which they are to be submitted; ARRAY stands for the array's number.
std::vector<std::string> submit_lines(const SlurmJob& job);

// Writes the scripts, submits them, and keeps a record. Throws InputError if there is no sbatch, or if it refuses, and
// IoError if Slurm does not answer or the record cannot be written. Then nothing is left in the queue, or the message
// says what is.
Submission submit(const SlurmJob& job);

// What submit() has kept; nothing if there is no such file, or it is of another round than `round`.
std::optional<Submission> last_submission(const std::filesystem::path& folder, int round);

// The shards that a task of the array runs.
std::vector<int> shards_of_task(const Submission& submission, int task);

}  // namespace losscast
