// `losscast submit`: a planned sweep as jobs of Slurm.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <thread>

#include "cli/absolute_path.hpp"
#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "jobs/index_list.hpp"
#include "jobs/shell_text.hpp"
#include "jobs/slurm_queue.hpp"
#include "jobs/slurm_time.hpp"
#include "jobs/submission.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::int64_t kMany = 1'000'000;

// A name without a folder is looked for on PATH, by the jobs.
fs::path read_program(const Flags& flags) {
  if (!flags.has("program")) return fs::read_symlink("/proc/self/exe");
  const fs::path program = flags.text("program");
  return program.has_parent_path() ? absolute_path(program) : program;
}

int read_count(const Flags& flags, const char* name, std::int64_t least) {
  return static_cast<int>(flags.whole_number(name, least, kMany));
}

SlurmSettings read_settings(const Flags& flags) {
  const auto word = [&](const char* name) { return flags.has(name) ? flags.text(name) : std::string(); };
  return {.program = read_program(flags),
          .time = word("time"),
          .gpus = read_count(flags, "gpus", 0),
          .cpus = read_count(flags, "cpus", 1),
          .memory = word("mem"),
          .partition = word("partition"),
          .account = word("account"),
          .max_running = flags.has("max-running") ? read_count(flags, "max-running", 1) : 0,
          .requeues = read_count(flags, "requeues", 0),
          .sbatch_args = flags.all("sbatch-arg")};
}

// A task has fewer cores than the machine that planned, which is taken for one like this.
double slowness(const SlurmSettings& settings) {
  if (settings.gpus > 0) return 1;
  return std::max(1.0, static_cast<double>(std::thread::hardware_concurrency()) / settings.cpus);
}

// For the merge's job, which opens the next round if all went well.
void require_later_round(const Flags& flags, const fs::path& folder, const OpenRound& round) {
  if (!flags.has("after-round") || round.number > flags.whole_number("after-round", 0)) return;
  throw Error(ExitCode::incomplete, fmt::format("round {} lacks shards {}", round.number, index_list(round.missing)),
              fmt::format("their tasks have ended without a result: see {}", (folder / "logs").string()),
              fmt::format("put right what is wrong there, then `losscast submit {}`", shell_word(folder.string())));
}

// A job that is ending is not counted: it does nothing for the plan any more. With --after-round it is a merge's job
// that submits, which is in the queue itself.
void require_nothing_queued(const Flags& flags, const fs::path& folder) {
  std::vector<std::string> ids;
  for (const QueuedJob& job : queued_jobs(folder).value_or(std::vector<QueuedJob>()))
    if (job.state != "COMPLETING" && !(job.is_merge && flags.has("after-round"))) ids.push_back(job.id);
  if (ids.empty()) return;
  const bool is_one = ids.size() == 1;
  throw Error(ExitCode::incomplete,
              fmt::format("{} job{} of this plan {} in the queue already: {}{}", ids.size(), is_one ? "" : "s",
                          is_one ? "is" : "are", ids[0], is_one ? "" : " and others"),
              "new ones would do the same work", "wait for them, end them with scancel, or add --again");
}

void show_scripts(const Flags& flags, const SlurmJob& job) {
  struct Script {
    fs::path file;
    std::string text;
  };
  std::vector<Script> scripts;
  if (!job.shards.empty()) scripts.push_back({array_file(job), array_script(job)});
  scripts.push_back({merge_file(job), merge_script(job)});
  const std::vector<std::string> lines = submit_lines(job);
  Json list = Json::array();
  std::string text;
  for (std::size_t s = 0; s < scripts.size(); ++s) {
    list.push_back({{"file", scripts[s].file.string()}, {"script", scripts[s].text}, {"command", lines[s]}});
    text += fmt::format("==> {} <==\n{}\n==> submitted with <==\n{}\n\n", scripts[s].file.string(), scripts[s].text,
                        lines[s]);
  }
  if (flags.has("json"))
    print_json({{"dry_run", list}});
  else
    print(text);
}

void show_submission(const Flags& flags, const SlurmJob& job, const OpenRound& round, const Submission& done) {
  const std::string shards = index_list(job.shards);
  if (flags.has("json")) {
    print_json({{"round", round.number},
                {"name", round.name},
                {"shards", shards},
                {"tasks", done.layout.tasks},
                {"array", done.array.empty() ? Json(nullptr) : Json(done.array)},
                {"merge", done.merge},
                {"time_limit", job.time_limit},
                {"logs", (job.folder / "logs").string()}});
    return;
  }
  std::string text = fmt::format("round {}, {}: ", round.number, round.name);
  if (done.array.empty())
    text += fmt::format("no shard is missing; merge job {}\n", done.merge);
  else
    text += fmt::format("shards {} in {} tasks of array job {}, then merge job {}\n", shards, done.layout.tasks,
                        done.array, done.merge);
  const std::string folder = shell_word(job.folder.string());
  print(text + fmt::format("time limit {} a task; logs in {}\n`losscast status {}` shows how it goes, `scancel {}{}{}` "
                           "ends it\n",
                           slurm_time(job.time_limit), (job.folder / "logs").string(), folder, done.array,
                           done.array.empty() ? "" : " ", done.merge));
}

void show_results(const Flags& flags, const fs::path& folder) {
  if (flags.has("json"))
    print_json({{"round", nullptr}, {"results", folder.string()}});
  else
    print(fmt::format("nothing is left to do: the results are in {}\n", folder.string()));
}

void run(const Flags& flags) {
  const fs::path folder = absolute_path(flags.text("DIR"));
  const SlurmSettings settings = read_settings(flags);
  const PlanProgress progress = plan_progress(folder);
  if (!progress.open) return show_results(flags, folder);
  OpenRound round = *progress.open;
  if (round.missing.empty()) round.missing = damaged_shards(folder, progress);
  round.seconds_a_shard *= slowness(settings);
  require_later_round(flags, folder, round);
  if (round.is_for_merge) round.missing.clear();
  const SlurmJob job = slurm_job(settings, folder, round, largest_array_index());
  if (flags.has("dry-run")) return show_scripts(flags, job);
  if (!flags.has("again")) require_nothing_queued(flags, folder);
  show_submission(flags, job, round, submit(job));
}

}  // namespace

Command submit_command() {
  return {"submit",
          "runs a planned sweep under Slurm: an array of its shards, then the merge, round by round; returns at once",
          {{"DIR", "the folder of the plan"}},
          joined({{{"partition", "NAME", "the partition (default: Slurm's)"},
                   {"account", "NAME", "the account (default: Slurm's)"},
                   {"time", "LIMIT",
                    "of a task, as MINUTES, H:M:S or D-H:M:S; a shard that is not done in time goes on after a requeue "
                    "(default: twice what the plan expects, at most 4:00:00)"},
                   {"gpus", "N", "GPUs a task", "0"},
                   {"cpus", "N", "cores a task", "1"},
                   {"mem", "SIZE", "memory a task, such as 4G (default: Slurm's)"},
                   {"max-running", "N", "at most N tasks at a time (default: as many as there is room for)"},
                   {"requeues", "N", "how often a task may be started again, whatever ended it", "100"},
                   {"sbatch-arg", "ARG...",
                    "one more argument of sbatch, such as --sbatch-arg=--qos=low; may be given several times"},
                   {"program", "PATH", "what the jobs run, where it is not this program on their nodes"},
                   {"again", "", "submit even if jobs of this plan are in the queue"},
                   {"after-round", "N", "submit only if a round after N is open; for the merge's job"},
                   {"dry-run", "", "print the scripts and the command lines, and submit nothing"}},
                  json_flag()}),
          {"losscast submit plan --dry-run",
           "losscast submit plan --partition gpu --gpus 1 --cpus 4 --time 2:00:00 --max-running 16",
           "losscast submit plan --sbatch-arg=--qos=low --sbatch-arg=--exclude=n7"},
          run};
}

}  // namespace losscast
