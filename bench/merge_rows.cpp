// Merging the shards of a big sweep: bench_merge_rows LOSSCAST SWEEP FOLDER [--rows 1000000] [--shards 100]
// [--threads 2] [--json].
//
// The candidates are those of a sweep file, such as examples/demo/sweep.toml with its fit; the sweep is planned in
// FOLDER, plainly and with few paths. Its last round is then written as if all its shards had been computed, with
// statistics that are made up, with as many digits as real ones. What is measured is `losscast merge`, as a process.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "bench/common/made_up_numbers.hpp"
#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "format/packed.hpp"
#include "jobs/round_folder.hpp"
#include "jobs/shard_file.hpp"
#include "losscast/base/error.hpp"
#include "losscast/io/fit_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/jobs/plan.hpp"
#include "losscast/sweep/begin_rounds.hpp"
#include "sweep/ranking_parts.hpp"

namespace losscast::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kItemsOfAPart = 1000;  // about as many as a quarter of a second simulates with few paths

RankedRecord made_up(std::int64_t number) {
  MadeUpNumbers numbers(static_cast<std::uint64_t>(number));
  RankedRecord record;
  record.number = number;
  for (double Statistics::*one :
       {&Statistics::mean, &Statistics::standard_deviation, &Statistics::standard_error, &Statistics::posterior_error,
        &Statistics::reduction, &Statistics::q05, &Statistics::q25, &Statistics::q50, &Statistics::q75,
        &Statistics::q95, &Statistics::q99, &Statistics::q999, &Statistics::tail_mean})
    record.statistics.*one = 2 + numbers.next();
  for (Interval& interval : record.statistics.intervals) interval = {2 + numbers.next(), 3 + numbers.next()};
  record.difference = {numbers.next(), numbers.next(), numbers.next(), numbers.next() - 0.001, numbers.next()};
  record.known = {numbers.next(), numbers.next(), -numbers.next(), numbers.next(), numbers.next()};
  return record;
}

SweepOptions plain_options() {
  SweepOptions options;
  options.levers = kNoLevers;
  options.block = 100;
  options.execution.backend = Backend::cpu;
  return options;
}

// Ends the first round as if all candidates had been simulated in it: the next one compares them with the best.
void close_simulation(SweepRounds& rounds, std::int64_t candidates) {
  if (unpacked<RankingState>(rounds.state()).keeps_all)
    throw InputError("the sweep keeps all that it simulates", "it has too few candidates", "give more --rows");
  SimulatedPart all = unpacked<SimulatedPart>(rounds.compute(0, 1).bytes);
  all.keys.clear();
  for (std::int64_t number = 0; number < candidates; ++number)
    all.keys.push_back({number, Status::ok, made_up(number).statistics.mean});
  const std::string part = packed(all);
  const std::string_view view = part;
  rounds.close({&view, 1}, 1);
}

void write_made_up_shard(const fs::path& folder, const PlannedRound& round, int shard) {
  ShardWork work = new_shard(round, shard);
  while (work.done < work.items) {
    const std::int64_t count = std::min(kItemsOfAPart, work.items - work.done);
    ComparedPart part;
    for (std::int64_t i = 0; i < count; ++i) part.records.push_back(made_up(work.first + work.done + i));
    work.parts.push_back(packed(part));
    work.done += count;
  }
  work.best = 2;
  work.seconds = 1;
  write_shard(folder, work);
}

// Plans the sweep in an empty folder, and writes its last round.
void write_round_to_merge(const cxxopts::ParseResult& given, const fs::path& folder) {
  const fs::path file = given["SWEEP"].as<std::string>();
  const std::vector<std::string> settings = {fmt::format("search.candidates={}", given["rows"].as<std::int64_t>()),
                                             "paths=16", "bands.candidates=\"none\""};
  SweepConfig config = read_sweep(file, settings);
  Fit fit = read_fit(config.fit);
  const SweepPlan plan = make_plan(file, std::move(config), std::move(fit), plain_options());
  const std::unique_ptr<SweepRounds> begun = begin_rounds(plan.config, plan.fit, plan.options);
  const int shards = given["shards"].as<int>();
  freeze_plan(plan, *begun, shards, folder, Provenance());
  close_simulation(*begun, begun->open()->items);
  const PlannedRound round{2, plan.hash, begun->open().value(), even_cuts(begun->open()->items, shards),
                           begun->state()};
  write_round(folder, round);
  for (int shard = 0; shard < shards; ++shard) write_made_up_shard(folder, round, shard);
}

double in_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

struct ProcessCost {
  double seconds = 0, of_cores = 0, peak_megabytes = 0;
};

ProcessCost cost_of_merge(const std::string& program, const fs::path& folder, int threads) {
  const std::string count = fmt::format("{}", threads), place = folder.string();
  int status = 0;
  rusage usage = {};
  ProcessCost cost;
  cost.seconds = seconds_of([&] {
    const pid_t child = fork();
    if (child == 0) {
      if (!std::freopen("/dev/null", "w", stdout)) _exit(127);  // the answer
      execlp(program.c_str(), program.c_str(), "merge", place.c_str(), "--threads", count.c_str(), nullptr);
      _exit(127);
    }
    wait4(child, &status, 0, &usage);
  });
  if (status != 0) throw InputError("the merge failed", fmt::format("its status is {}", status), "see what it said");
  cost.of_cores = in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
  cost.peak_megabytes = static_cast<double>(usage.ru_maxrss) * 1024e-6;  // of kibibytes
  return cost;
}

double megabytes_in(const fs::path& folder) {
  std::uintmax_t bytes = 0;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder)) bytes += entry.file_size();
  return static_cast<double>(bytes) * 1e-6;
}

void measure(const cxxopts::ParseResult& given) {
  const fs::path folder = given["FOLDER"].as<std::string>();
  if (fs::exists(folder) && !fs::is_empty(folder))
    throw InputError("the folder is not empty", "the sweep is planned in one of its own", "name another")
        .at(folder.string());
  write_round_to_merge(given, folder);
  const double read = megabytes_in(round_folder(folder, 2));
  const int threads = given["threads"].as<int>();
  const ProcessCost cost = cost_of_merge(given["LOSSCAST"].as<std::string>(), folder, threads);
  const double written = static_cast<double>(fs::file_size(folder / "results.csv")) * 1e-6;
  const auto rows = given["rows"].as<std::int64_t>();
  const int shards = given["shards"].as<int>();
  if (given.count("json") > 0) {
    fmt::print("{}\n", nlohmann::ordered_json{{"rows", rows},
                                              {"shards", shards},
                                              {"threads", threads},
                                              {"seconds", cost.seconds},
                                              {"seconds_of_cores", cost.of_cores},
                                              {"peak_megabytes", cost.peak_megabytes},
                                              {"read_megabytes", read},
                                              {"written_megabytes", written}}
                           .dump(2));
    return;
  }
  fmt::print("{:>10} {:>8} {:>8} {:>9} {:>9} {:>9} {:>9} {:>11}\n", "rows", "shards", "threads", "seconds", "of cores",
             "peak MB", "read MB", "written MB");
  fmt::print("{:>10} {:>8} {:>8} {:>9.2f} {:>9.2f} {:>9.1f} {:>9.1f} {:>11.1f}\n", rows, shards, threads, cost.seconds,
             cost.of_cores, cost.peak_megabytes, read, written);
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_merge_rows", "Seconds and memory of merging the shards of a big sweep");
  options.add_options()("rows", "candidates", cxxopts::value<std::int64_t>()->default_value("1000000"))  //
      ("shards", "files", cxxopts::value<int>()->default_value("100"))                                   //
      ("threads", "threads; 0: all cores", cxxopts::value<int>()->default_value("2"));
  return losscast::bench::run_program(count, arguments, options, {"LOSSCAST", "SWEEP", "FOLDER"},
                                      losscast::bench::measure);
}
