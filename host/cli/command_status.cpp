// `losscast status`: how far a planned sweep has come.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "cli/absolute_path.hpp"
#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "jobs/index_list.hpp"
#include "jobs/plan_progress.hpp"
#include "jobs/shell_text.hpp"
#include "jobs/slurm_queue.hpp"
#include "jobs/submission.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/jobs/plan.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Status {
  PlanProgress progress;
  std::vector<ClosedRound> closed;
  std::vector<ShardState> shards;      // of the open round, those that were asked for
  bool has_slurm = false;              // and it was asked
  bool has_jobs = false;               // of this plan in the queue, whatever they do
  std::map<int, QueuedJob> queued;     // by shard
  std::optional<QueuedJob> merge;      // in the queue
  std::optional<std::string> problem;  // why the queue is not known, if it was asked
};

// The shards that --index names, of a round with so many.
std::vector<std::size_t> read_indices(const Flags& flags, int round, int shards) {
  std::vector<std::size_t> indices;
  for (const std::string& word : flags.all("index")) {
    int index = -1;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
    if (error != std::errc() || end != word.data() + word.size() || index < 0 || index >= shards)
      throw InputError(
          fmt::format("--index {}: there is no such shard", word),
          shards == 0 ? "this plan has none" : fmt::format("round {} has shards 0 to {}", round, shards - 1),
          shards == 0 ? "leave it out" : "choose one of them");
    indices.push_back(static_cast<std::size_t>(index));
  }
  return indices;
}

// Those of --index, or all.
std::vector<ShardState> read_shards(const Flags& flags, const OpenRound& round) {
  if (flags.all("index").empty()) return round.states;
  std::vector<ShardState> shards;
  for (const std::size_t index : read_indices(flags, round.number, round.shards)) shards.push_back(round.states[index]);
  return shards;
}

// Throws InputError for an --index that the last round of a finished sweep did not have, or, once its rounds were
// removed, the first one.
void require_known_shards(const Flags& flags, const fs::path& folder, const std::vector<ClosedRound>& closed) {
  if (closed.empty())
    read_indices(flags, 1, planned_shards(folder));
  else
    read_indices(flags, closed.back().number, closed.back().shards);
}

void add_queue(Status& status, const fs::path& folder) {
  const std::optional<std::vector<QueuedJob>> jobs = queued_jobs(folder);
  status.has_slurm = jobs.has_value();
  if (!jobs) return;
  const std::optional<Submission> last = last_submission(folder, status.progress.open->number);
  for (const QueuedJob& job : *jobs) {
    status.has_jobs = true;
    const std::optional<int> task = task_index(job);
    if (job.is_merge)
      status.merge = job;
    else if (task && last && job.id.starts_with(last->array + "_"))
      for (const int shard : shards_of_task(*last, *task)) status.queued.emplace(shard, job);
  }
}

Status read_status(const Flags& flags, const fs::path& folder) {
  Status status;
  status.progress = plan_progress(folder);
  status.closed = closed_rounds(folder, status.progress);
  if (!status.progress.open) {
    require_known_shards(flags, folder, status.closed);
    return status;
  }
  status.shards = read_shards(flags, *status.progress.open);
  if (flags.has("files")) return status;
  try {
    add_queue(status, folder);
  } catch (const IoError& error) {
    status.problem = error.what();
  }
  return status;
}

// What to do next: the command to give; "wait" while jobs do it, or nobody knows whether; nothing if all is done.
std::optional<std::string_view> next_step(const Status& status) {
  const std::optional<OpenRound>& open = status.progress.open;
  if (!open) return std::nullopt;
  if (status.has_jobs || status.problem) return "wait";
  if (open->missing.empty() || open->is_for_merge) return "merge";
  return status.has_slurm ? "submit" : "shard";
}

Json job_json(const QueuedJob& job) {
  return {{"job", job.id},
          {"state", job.state},
          {"node", job.node.empty() ? Json(nullptr) : Json(job.node)},
          {"restarts", job.restarts},
          {"reason", job.reason.empty() ? Json(nullptr) : Json(job.reason)}};
}

Json status_json(const Status& status, const fs::path& folder) {
  Json closed = Json::array();
  for (const ClosedRound& round : status.closed)
    closed.push_back({{"number", round.number}, {"name", round.name}, {"shards", round.shards}});
  Json open = nullptr;
  const std::optional<OpenRound>& round = status.progress.open;
  if (round) {
    Json shards = Json::array();
    for (const ShardState& shard : status.shards) {
      const auto job = status.queued.find(shard.index);
      shards.push_back({{"index", shard.index},
                        {"done", shard.is_done},
                        {"items", shard.items},
                        {"items_done", shard.items_done},
                        {"queue", job == status.queued.end() ? Json(nullptr) : job_json(job->second)}});
    }
    open = {{"number", round->number},
            {"name", round->name},
            {"shards", round->shards},
            {"missing", round->missing.size()},
            {"states", shards}};
  }
  const std::optional<std::string_view> next = next_step(status);
  return {{"plan", status.progress.plan},
          {"finished", !round},
          {"results", round ? Json(nullptr) : Json(folder.string())},
          {"next", next ? Json(*next) : Json(nullptr)},
          {"closed", closed},
          {"open", open},
          {"merge", status.merge ? job_json(*status.merge) : Json(nullptr)}};
}

// "running on n3, requeued 2 times (job 12_4)"
std::string job_text(const QueuedJob& job) {
  std::string state = job.state;
  std::ranges::transform(state, state.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
  if (!job.node.empty()) state += " on " + job.node;
  if (job.node.empty() && !job.reason.empty()) state += ": " + job.reason;
  if (job.restarts > 0) state += ", requeued " + counted(job.restarts, "time");
  return state + " (job " + job.id + ")";
}

std::string shards_text(const Status& status) {
  constexpr std::size_t kMost = 40;  // lines
  TextTable table;
  std::size_t shown = 0;
  std::size_t unfinished = 0;
  for (const ShardState& shard : status.shards) {
    if (shard.is_done || ++unfinished > kMost) continue;
    const auto job = status.queued.find(shard.index);
    table.add_row({fmt::format("  shard {}", shard.index), fmt::format("{} of {} items", shard.items_done, shard.items),
                   job == status.queued.end() ? "" : job_text(job->second)});
    ++shown;
  }
  std::string text = table.text();
  if (unfinished > shown) text += fmt::format("  and {} more (--json shows all)\n", unfinished - shown);
  return text;
}

std::string next_text(const Status& status, const fs::path& folder) {
  const std::string_view next = next_step(status).value_or("");
  const std::string plan = shell_word(folder.string());
  if (next == "wait")
    return status.problem ? "next: try again later, as nobody knows what is in the queue\n"
                          : "next: nothing, as jobs of this plan are in the queue\n";
  if (next == "shard")
    return fmt::format(
        "next: `losscast shard {} --index I` for I of {}, or `losscast submit {}` where there is Slurm\n", plan,
        index_list(status.progress.open->missing), plan);
  return fmt::format("next: `losscast {} {}`\n", next, plan);
}

std::string open_round_text(const Status& status, TextTable& rounds) {
  const OpenRound& open = *status.progress.open;
  if (open.is_lost) return "round-1/round.state is gone: the merge begins the round anew\n";
  if (open.shards == 0) return "the sweep is not divided into shards: the merge computes all of it\n";
  rounds.add_row(
      {fmt::format("round {}", open.number), open.name,
       fmt::format("{} of {} shards done", static_cast<std::size_t>(open.shards) - open.missing.size(), open.shards)});
  return rounds.text() + shards_text(status);
}

std::string status_text(const Status& status, const fs::path& folder) {
  TextTable rounds;
  for (const ClosedRound& round : status.closed)
    rounds.add_row({fmt::format("round {}", round.number), round.name, fmt::format("{} shards, done", round.shards)});
  if (!status.progress.open) return rounds.text() + fmt::format("the results are in {}\n", folder.string());
  std::string text = open_round_text(status, rounds);
  if (status.merge) text += "  merge: " + job_text(*status.merge) + "\n";
  return text + next_text(status, folder);
}

void run(const Flags& flags) {
  const fs::path folder = absolute_path(flags.text("DIR"));
  const Status status = read_status(flags, folder);
  if (status.problem) report_warning(*status.problem);
  if (flags.has("json"))
    print_json(status_json(status, folder));
  else
    print(status_text(status, folder));
}

}  // namespace

Command status_command() {
  return {"status",
          "shows how far a planned sweep has come: by its files, and by Slurm's queue where there is one",
          {{"DIR", "the folder of the plan"}},
          joined({{{"index", "I...", "only shard I of the open round; may be given several times"},
                   {"files", "", "by the files alone, without asking the queue"}},
                  json_flag()}),
          {"losscast status plan", "losscast status plan --index 3 --json"},
          run};
}

}  // namespace losscast
