// `losscast shard`: computes one shard of a planned sweep.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "base/stopwatch.hpp"
#include "cli/jobs_on_screen.hpp"
#include "cli/output.hpp"
#include "cli/planned_sweep.hpp"
#include "cli/shared_flags.hpp"
#include "cli/where_it_runs.hpp"
#include "engine/worker.hpp"
#include "losscast/jobs/run_shards.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

const char* state_name(ShardsEnd end) {
  return end == ShardsEnd::finished ? "finished" : end == ShardsEnd::saved ? "saved" : "claimed";
}

void run(const Flags& flags) {
  const fs::path folder = flags.text("DIR");
  if (!flags.has("index"))
    throw InputError("--index is missing", "it says which shard to compute", "give it, from 0 on");
  const auto index = static_cast<int>(flags.whole_number("index", 0, 1'000'000));
  const std::string place = where_it_runs(index);
  JobsOnScreen screen(place);  // first, so that a signal at the beginning ends the program as resumable, too
  SweepPlan plan = read_plan(folder);
  if (planned_shards(folder) == 0)
    throw InputError("the plan has no shards", kOnePiece, "compute all of it with `losscast merge`")
        .at(folder.string());
  plan.options.observer = &screen;
  ShardOptions options;
  options.execution = read_execution(flags);
  options.execution.math = plan.options.execution.math;
  if (flags.has("max-seconds")) options.max_seconds = flags.positive_number("max-seconds");
  const Performance processor = performance_on(choose_processor(options.execution));
  report_progress(fmt::format("{}, on {} ({})", place, processor.backend, processor.device));
  for (const std::string& warning : other_revision(folder)) report_warning(warning);
  const Stopwatch watch;
  const ShardsEnd end = blaming(plan.file, [&] { return run_shards(folder, plan, index, options, screen); });
  screen.finish();
  if (flags.has("json"))
    print_json({{"index", index}, {"items", screen.items()}, {"seconds", watch.seconds()}, {"state", state_name(end)}});
  if (end == ShardsEnd::claimed)
    throw Error(ExitCode::incomplete, fmt::format("shard {} is not done", index), "another process is at it",
                "wait for that one");
  if (end == ShardsEnd::saved)
    throw Error(ExitCode::interrupted, "interrupted", fmt::format("what shard {} has come to is saved", index),
                "give the same command to go on");
  report_progress(fmt::format("{}shard {} is done", screen.had_nothing_to_do() ? "nothing to do: " : "", index));
}

}  // namespace

Command shard_command() {
  return {"shard",
          "computes one shard of a planned sweep, from where it was left",
          {{"DIR", "the folder of the plan"}},
          joined({{{"index", "I", "which shard, from 0 on"},
                   {"max-seconds", "S", "save what is done after S seconds, and exit with 85"}},
                  backend_flag(),
                  threads_flag(),
                  json_flag()}),
          {"losscast shard plan --index 0", "losscast shard plan --index $SLURM_ARRAY_TASK_ID --max-seconds 3000"},
          run};
}

}  // namespace losscast
