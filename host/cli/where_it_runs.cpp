#include "cli/where_it_runs.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "losscast/base/printable_line.hpp"

namespace losscast {
namespace {

// Empty if it is not set.
std::string_view variable(const char* name) {
  const char* const value = std::getenv(name);
  return value == nullptr ? "" : value;
}

std::string slurm_job() {
  const std::string_view array = variable("SLURM_ARRAY_JOB_ID"), task = variable("SLURM_ARRAY_TASK_ID");
  if (!array.empty() && !task.empty()) return fmt::format("{}_{}", array, task);
  return std::string(variable("SLURM_JOB_ID"));
}

// "123[4].server", without the server.
std::string pbs_job() {
  const std::string_view job = variable("PBS_JOBID");
  return std::string(job.substr(0, job.find('.')));
}

// The index is 0 where the job is no array.
std::string lsf_job() {
  const std::string_view job = variable("LSB_JOBID"), index = variable("LSB_JOBINDEX");
  return job.empty() || index.empty() || index == "0" ? std::string(job) : fmt::format("{}[{}]", job, index);
}

// Others use the name JOB_ID too; only Grid Engine sets the task, to "undefined" where the job is no array.
std::string grid_engine_job() {
  const std::string_view job = variable("JOB_ID"), task = variable("SGE_TASK_ID");
  if (job.empty() || task.empty()) return "";
  return task == "undefined" ? std::string(job) : fmt::format("{}.{}", job, task);
}

std::string job() {
  for (const auto& name : {slurm_job, pbs_job, lsf_job, grid_engine_job})
    if (std::string found = name(); !found.empty()) return found;
  return "";
}

std::string host() {
  std::array<char, 256> name = {};
  return ::gethostname(name.data(), name.size() - 1) == 0 ? name.data() : "";
}

// Numbers, or names such as "GPU-8e9b..." and "MIG-...". -1 hides all.
std::string gpus() {
  const std::string_view visible = variable("CUDA_VISIBLE_DEVICES");
  if (visible.empty() || visible.front() == '-') return "";
  if (visible.front() < '0' || visible.front() > '9') return std::string(visible);
  return fmt::format("GPU{} {}", visible.find(',') == std::string_view::npos ? "" : "s", visible);
}

}  // namespace

std::string where_it_runs(std::optional<std::int64_t> shard) {
  std::vector<std::string> parts;
  if (const std::string name = job(); !name.empty()) parts.push_back("job " + name);
  if (shard) parts.push_back(fmt::format("shard {}", *shard));
  if (const std::string name = host(); !name.empty()) parts.push_back("host " + name);
  if (const std::string names = gpus(); !names.empty()) parts.push_back(names);
  return printable_line(fmt::format("{}", fmt::join(parts, ", ")));
}

}  // namespace losscast
