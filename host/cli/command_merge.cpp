// `losscast merge`: puts the shards of a planned sweep together.
#include "losscast/jobs/merge.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <iterator>
#include <nlohmann/json.hpp>

#include "cli/jobs_on_screen.hpp"
#include "cli/output.hpp"
#include "cli/planned_sweep.hpp"
#include "cli/shared_flags.hpp"
#include "cli/sweep_answer.hpp"
#include "jobs/shell_text.hpp"
#include "losscast/base/counted.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// A round of which nothing is done yet misses all shards.
Json missing_json(const Merged& merged) {
  Json missing = Json::array();
  for (const MissingShard& shard : merged.missing)
    missing.push_back({{"index", shard.index}, {"reason", shard.reason}});
  for (int i = 0; i < merged.next_shards.value_or(0); ++i)
    missing.push_back({{"index", i}, {"reason", "nothing is done"}});
  return {{"round", merged.next_shards ? merged.round + 1 : merged.round}, {"missing", missing}};
}

[[noreturn]] void fail_missing(const fs::path& folder, const Merged& merged) {
  constexpr std::size_t kShown = 20;
  std::vector<std::string> texts;
  for (const MissingShard& shard : merged.missing) {
    if (texts.size() == kShown) {
      texts.emplace_back("...");
      break;
    }
    texts.push_back(fmt::format("{} ({})", shard.index, shard.reason));
  }
  throw Error(
      ExitCode::incomplete,
      fmt::format("{} of round {} {} missing", counted(std::ssize(merged.missing), "shard"), merged.round,
                  merged.missing.size() == 1 ? "is" : "are"),
      fmt::format("{}", fmt::join(texts, ", ")),
      fmt::format("compute them with `losscast shard {0} --index I`, or `losscast submit {0}`", shell_path(folder)));
}

[[noreturn]] void fail_next_round(const fs::path& folder, const Merged& merged) {
  throw Error(ExitCode::incomplete, fmt::format("round {} is open", merged.round + 1),
              fmt::format("its {} {} to be computed", counted(*merged.next_shards, "shard"),
                          *merged.next_shards == 1 ? "is" : "are"),
              fmt::format("do so with `losscast shard {0} --index I`, or `losscast submit {0}`, and merge again",
                          shell_path(folder)));
}

void run(const Flags& flags) {
  const fs::path folder = flags.text("DIR");
  JobsOnScreen screen;  // first, so that a signal at the beginning ends the program as resumable, too
  SweepPlan plan = read_plan(folder);
  if (is_answered(folder, plan.hash)) return answer_again(flags, folder);
  const std::vector<std::string> revisions = other_revision(folder);
  for (const std::string& warning : revisions) report_warning(warning);
  if (flags.has("strict") && !revisions.empty())
    throw Error(ExitCode::failed_diagnostics, "this is not the program of the plan", revisions.front(),
                "leave --strict out to accept it");
  MergeOptions options;
  options.execution = read_execution(flags);
  options.execution.math = plan.options.execution.math;
  options.most_shards = std::max(planned_shards(folder), 1);
  options.accepts_other_revisions = !flags.has("strict");
  plan.options.observer = &screen;
  Merged merged = blaming(plan.file, [&] { return merge_rounds(folder, plan, options, screen); });
  if (flags.has("json") && !merged.result) print_json(missing_json(merged));
  if (!merged.missing.empty()) fail_missing(folder, merged);
  if (merged.next_shards) fail_next_round(folder, merged);
  const std::vector<fs::path> inputs = {folder};
  Provenance provenance = make_provenance(flags.command_line(), inputs, merged.result->performance.device);
  provenance.plan = plan.hash;
  const Answer answer = write_sweep(plan, std::move(*merged.result), options.execution, folder, provenance);
  screen.finish();
  give_answer(flags, answer);
}

}  // namespace

Command merge_command() {
  return {"merge",
          "puts the shards of a planned sweep together, and writes its results",
          {{"DIR", "the folder of the plan"}},
          joined({backend_flag(), threads_flag(), strict_flag(), json_flag()}),
          {"losscast merge plan", "losscast merge plan --json > merged.json"},
          run};
}

}  // namespace losscast
