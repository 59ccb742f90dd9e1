// The two jobs that Slurm gets for a round of a sweep: an array of its shards, and the merge that waits for them. All
// here is text, made of numbers and words alone.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace losscast {

// What users ask of Slurm, the same for every round.
struct SlurmSettings {
  std::filesystem::path program = {};  // which the jobs run
  std::string time = {};               // the time limit in Slurm's form; empty: by what a shard will take
  int gpus = 0;                        // for each task
  int cpus = 1;                        // for each task
  std::string memory = {};             // of a node; this and the next two: empty, if Slurm is to choose
  std::string partition = {};
  std::string account = {};
  int max_running = 0;                        // tasks at a time; 0: as many as there is room for
  int requeues = 100;                         // of a task, whatever for
  std::vector<std::string> sbatch_args = {};  // more arguments of sbatch
};

// The jobs of one round.
struct SlurmJob {
  SlurmSettings settings;
  std::filesystem::path folder;  // of the plan, absolute
  int round = 0;
  std::vector<int> shards;         // to be run, ascending
  std::int64_t time_limit = 3600;  // of a task [s]
  int largest_array_index = 1000;  // that Slurm takes
};

// How the shards are spread over the tasks of the array. If their numbers are indices that Slurm takes, each is the
// index of its own task. Otherwise task t runs those at places t n to t n + n - 1 of the list of shards.
struct ArrayLayout {
  bool by_place = false;
  int shards_a_task = 1;  // n
  std::string indices;    // of the array, as Slurm writes them
  int tasks = 0;
};
ArrayLayout array_layout(const std::vector<int>& shards, int largest_array_index);

// How long before the time limit a task is told to save what it has, and to end. [s]
std::int64_t seconds_to_save(std::int64_t time_limit);

// The name of the jobs of a plan in the queue, in which other plans' may have it too: losscast-FOLDER. Their comment is
// the plan's folder.
std::string array_name(const std::filesystem::path& folder);
std::string merge_name(const std::filesystem::path& folder);

// Where the scripts are kept.
std::filesystem::path array_file(const SlurmJob& job);
std::filesystem::path merge_file(const SlurmJob& job);

// The scripts. Precondition of the first: there are shards.
std::string array_script(const SlurmJob& job);
std::string merge_script(const SlurmJob& job);

// The command lines that submit them: what users wrote, and folders, are words of these, not lines of the scripts,
// where Slurm's own rules of quoting would apply. The merge runs when the array of number `array` is over, however it
// went; at once if that is empty.
std::vector<std::string> array_command(const SlurmJob& job);
std::vector<std::string> merge_command(const SlurmJob& job, const std::string& array);

}  // namespace losscast
