// `losscast status`: how far a planned sweep has come.
#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <numeric>

#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "cli/text_table.hpp"
#include "jobs/open_round.hpp"
#include "jobs/slurm_queue.hpp"
#include "jobs/submission.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Status {
  std::vector<ClosedRound> closed;
  std::optional<OpenRound> open;
  std::vector<ShardState> shards;      // of the open round, those that were asked for
  std::map<int, QueuedJob> queued;     // by shard
  std::optional<QueuedJob> merge;      // in the queue
  std::optional<std::string> problem;  // why the queue is not known, if it was asked
};

// Those of --index, or all.
std::vector<int> read_shards(const Flags& flags, const OpenRound& round) {
  std::vector<int> shards;
  for (const std::string& word : flags.all("index")) {
    int index = -1;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), index);
    if (error != std::errc() || end != word.data() + word.size() || index < 0 || index >= round.shards)
      throw InputError(fmt::format("--index {}: there is no such shard", word),
                       fmt::format("round {} has shards 0 to {}", round.number, round.shards - 1),
                       "choose one of them");
    shards.push_back(index);
  }
  if (shards.empty()) {
    shards.resize(static_cast<std::size_t>(round.shards));
    std::iota(shards.begin(), shards.end(), 0);
  }
  return shards;
}

void add_queue(Status& status, const fs::path& folder) {
  const std::optional<Submission> last = last_submission(folder, status.open->number);
  for (const QueuedJob& job : queued_jobs(folder).value_or(std::vector<QueuedJob>())) {
    const std::optional<int> task = task_index(job);
    if (job.is_merge)
      status.merge = job;
    else if (task && last && job.id.starts_with(last->array + "_"))
      for (const int shard : shards_of_task(*last, *task)) status.queued.emplace(shard, job);
  }
}

Status read_status(const Flags& flags, const fs::path& folder) {
  Status status;
  status.closed = closed_rounds(folder);
  status.open = open_round(folder);
  if (!status.open) return status;
  status.shards = shard_states(folder, read_shards(flags, *status.open));
  if (flags.has("files")) return status;
  try {
    add_queue(status, folder);
  } catch (const IoError& error) {
    status.problem = error.what();
  }
  return status;
}

Json job_json(const QueuedJob& job) {
  return {{"job", job.id},
          {"state", job.state},
          {"node", job.node.empty() ? Json(nullptr) : Json(job.node)},
          {"restarts", job.restarts},
          {"reason", job.reason.empty() ? Json(nullptr) : Json(job.reason)}};
}

Json status_json(const Status& status) {
  Json closed = Json::array();
  for (const ClosedRound& round : status.closed)
    closed.push_back({{"number", round.number}, {"name", round.name}, {"shards", round.shards}});
  Json open = nullptr;
  if (status.open) {
    Json shards = Json::array();
    for (const ShardState& shard : status.shards) {
      const auto job = status.queued.find(shard.index);
      shards.push_back({{"index", shard.index},
                        {"done", shard.is_done},
                        {"items", shard.items},
                        {"items_done", shard.items_done},
                        {"queue", job == status.queued.end() ? Json(nullptr) : job_json(job->second)}});
    }
    open = {{"number", status.open->number},
            {"name", status.open->name},
            {"shards", status.open->shards},
            {"missing", status.open->missing.size()},
            {"states", shards}};
  }
  return {{"finished", !status.open},
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
  if (job.restarts > 0) state += fmt::format(", requeued {} time{}", job.restarts, job.restarts == 1 ? "" : "s");
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

std::string status_text(const Status& status, const fs::path& folder) {
  TextTable table;
  for (const ClosedRound& round : status.closed)
    table.add_row({fmt::format("round {}", round.number), round.name, fmt::format("{} shards, done", round.shards)});
  if (!status.open) return table.text() + fmt::format("the results are in {}\n", folder.string());
  const OpenRound& open = *status.open;
  table.add_row(
      {fmt::format("round {}", open.number), open.name,
       fmt::format("{} of {} shards done", static_cast<std::size_t>(open.shards) - open.missing.size(), open.shards)});
  std::string text = table.text() + shards_text(status);
  if (status.merge) text += "  merge: " + job_text(*status.merge) + "\n";
  return text;
}

void run(const Flags& flags) {
  std::error_code error;
  const fs::path given = fs::absolute(flags.text("DIR"));
  const fs::path found = fs::weakly_canonical(given, error);
  const fs::path folder = error ? given : found;
  const Status status = read_status(flags, folder);
  if (status.problem) report_warning(*status.problem);
  if (flags.has("json"))
    print_json(status_json(status));
  else
    print(status_text(status, folder));
}

}  // namespace

Command status_command() {
  return {"status",
          "shows how far a planned sweep has come: by its files, and by Slurm's queue where there is one",
          {{"DIR", "the folder of the plan"}},
          joined({{{"index", "I", "only shard I of the open round; may be given several times"},
                   {"files", "", "by the files alone, without asking the queue"}},
                  json_flag()}),
          {"losscast status plan", "losscast status plan --index 3 --json"},
          run};
}

}  // namespace losscast
