#include "jobs/slurm_script.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "jobs/index_list.hpp"
#include "jobs/shell_text.hpp"
#include "jobs/slurm_bash.hpp"
#include "jobs/slurm_time.hpp"
#include "losscast/base/contract.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Words = std::vector<std::string>;

// In names of log files "%" introduces what Slurm puts in its place.
std::string log_pattern(const SlurmJob& job, std::string_view name) {
  std::string pattern;
  for (const char c : (job.folder / "logs").string()) pattern += c == '%' ? "%%" : std::string(1, c);
  return pattern + "/" + std::string(name);
}

// What both jobs ask for. As the merge computes small rounds itself, it needs what a shard needs.
std::string resources(const SlurmJob& job) {
  std::string text =
      fmt::format("#SBATCH --nodes=1\n#SBATCH --ntasks=1\n#SBATCH --cpus-per-task={}\n", job.settings.cpus);
  if (job.settings.gpus > 0) text += fmt::format("#SBATCH --gres=gpu:{}\n", job.settings.gpus);
  text += fmt::format("#SBATCH --time={}\n#SBATCH --signal=B:USR1@{}\n", slurm_time(job.time_limit),
                      seconds_to_save(job.time_limit));
  return text + "#SBATCH --requeue\n#SBATCH --open-mode=append\n";
}

std::string variables(const SlurmJob& job) {
  return fmt::format("program={}\nplan={}\nround={}\ncpus={}\nrequeues={}\nmax_seconds={}\n",
                     shell_word(job.settings.program.string()), shell_word(job.folder.string()), job.round,
                     job.settings.cpus, job.settings.requeues, job.time_limit - seconds_to_save(job.time_limit));
}

// Words of both command lines.
Words command(const SlurmJob& job, std::string_view log) {
  Words words = {"sbatch", "--parsable", "--chdir=" + job.folder.string(), "--output=" + log_pattern(job, log),
                 "--comment=" + job.folder.string()};
  const auto add = [&](const char* flag, const std::string& value) {
    if (!value.empty()) words.push_back(flag + value);
  };
  add("--mem=", job.settings.memory);
  add("--partition=", job.settings.partition);
  add("--account=", job.settings.account);
  words.insert(words.end(), job.settings.sbatch_args.begin(), job.settings.sbatch_args.end());
  return words;
}

// The flags of `losscast submit` that ask for the same.
Words submit_flags(const SlurmSettings& settings) {
  Words flags = {"--program=" + settings.program.string(), fmt::format("--gpus={}", settings.gpus),
                 fmt::format("--cpus={}", settings.cpus), fmt::format("--requeues={}", settings.requeues)};
  const auto add = [&](const char* flag, const std::string& value) {
    if (!value.empty()) flags.push_back(flag + value);
  };
  if (settings.max_running > 0) flags.push_back(fmt::format("--max-running={}", settings.max_running));
  add("--time=", settings.time);
  add("--mem=", settings.memory);
  add("--partition=", settings.partition);
  add("--account=", settings.account);
  for (const std::string& argument : settings.sbatch_args) add("--sbatch-arg=", argument);
  return flags;
}

std::string safe_name(const fs::path& folder) {
  constexpr std::size_t kLongest = 60;
  std::string name = folder.filename().string().substr(0, kLongest);
  const auto is_plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_';
  };
  std::ranges::replace_if(
      name, [&](char c) { return !is_plain(c); }, '_');
  return name;
}

fs::path script_file(const SlurmJob& job, std::string_view what) {
  return job.folder / "slurm" / fmt::format("round_{}_{}.sh", job.round, what);
}

}  // namespace

ArrayLayout array_layout(const std::vector<int>& shards, int largest_array_index) {
  LOSSCAST_EXPECTS(!shards.empty());
  const int count = static_cast<int>(shards.size());
  if (shards.back() <= largest_array_index) return {false, 1, index_list(shards), count};
  const int most_tasks = largest_array_index + 1;
  const int shards_a_task = (count + most_tasks - 1) / most_tasks;
  const int tasks = (count + shards_a_task - 1) / shards_a_task;
  std::vector<int> indices(static_cast<std::size_t>(tasks));
  std::iota(indices.begin(), indices.end(), 0);
  return {true, shards_a_task, index_list(indices), tasks};
}

// Slurm tells a job up to a minute early or half a minute late, and saving takes seconds: two minutes, or of a short
// limit its quarter.
std::int64_t seconds_to_save(std::int64_t time_limit) {
  constexpr std::int64_t kUsual = 120;
  return std::min(kUsual, time_limit / 4);
}

std::string array_name(const fs::path& folder) { return "losscast-" + safe_name(folder); }
std::string merge_name(const fs::path& folder) { return array_name(folder) + "-merge"; }

fs::path array_file(const SlurmJob& job) { return script_file(job, "shards"); }
fs::path merge_file(const SlurmJob& job) { return script_file(job, "merge"); }

std::string array_script(const SlurmJob& job) {
  const ArrayLayout layout = array_layout(job.shards, job.largest_array_index);
  std::string text = fmt::format(
      "#!/bin/bash\n# Runs the shards of round {} of a sweep, in the tasks of an array. Written by `losscast submit`; "
      "submitted with\n# {}\n#SBATCH --job-name={}\n#SBATCH --array={}{}\n",
      job.round, shell_line(array_command(job)), array_name(job.folder), layout.indices,
      job.settings.max_running > 0 ? fmt::format("%{}", job.settings.max_running) : "");
  text += resources(job) + variables(job);
  if (layout.by_place)
    text += fmt::format("shards_a_task={}\nlist={}\n{}", layout.shards_a_task, index_list(job.shards), kShardsByPlace);
  else
    text += "shards=(\"$SLURM_ARRAY_TASK_ID\")\n";
  return text + std::string(kJobFunctions) + std::string(kArrayBody);
}

std::string merge_script(const SlurmJob& job) {
  std::string text = fmt::format(
      "#!/bin/bash\n# Ends round {} of a sweep when its shards have been run, and submits the next one. Written by "
      "`losscast submit`.\n#SBATCH --job-name={}\n",
      job.round, merge_name(job.folder));
  text += resources(job) + variables(job);
  text += fmt::format("submit=({})\n", shell_line(submit_flags(job.settings)));
  return text + std::string(kJobFunctions) + std::string(kMergeBody);
}

std::vector<std::string> array_command(const SlurmJob& job) {
  Words words = command(job, fmt::format("round_{}_%a-%A.log", job.round));
  words.push_back(array_file(job).string());
  return words;
}

std::vector<std::string> merge_command(const SlurmJob& job, const std::string& array) {
  Words words = command(job, fmt::format("round_{}_merge-%j.log", job.round));
  if (!array.empty()) {
    words.push_back("--dependency=afterany:" + array);
    words.push_back("--kill-on-invalid-dep=yes");
  }
  words.push_back(merge_file(job).string());
  return words;
}

}  // namespace losscast
