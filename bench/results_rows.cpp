// Writing the results of a big sweep: bench_results_rows SWEEP FOLDER [--rows 1000000] [--threads 2] [--json].
//
// The candidates are those of a sweep file, such as examples/demo/sweep.toml; their statistics are made up, with as
// many digits as real ones. Each row is made when it is written.
#include <fmt/format.h>
#include <sys/resource.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <numeric>

#include "bench/common/made_up_numbers.hpp"
#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/ranked_rows.hpp"

namespace losscast::bench {
namespace {

RankedCandidate made_up(Candidate candidate, std::size_t row) {
  MadeUpNumbers numbers(row);
  Statistics statistics;
  for (double Statistics::*number :
       {&Statistics::mean, &Statistics::standard_error, &Statistics::posterior_error, &Statistics::reduction,
        &Statistics::q05, &Statistics::q25, &Statistics::q50, &Statistics::q75, &Statistics::q95, &Statistics::q99,
        &Statistics::q999, &Statistics::tail_mean})
    statistics.*number = 2 + numbers.next();
  for (Interval& interval : statistics.intervals) interval = {2 + numbers.next(), 3 + numbers.next()};
  const PairedDifference difference = {numbers.next(), numbers.next(), numbers.next(), -numbers.next(), numbers.next()};
  const KnownDifference known = {numbers.next(), numbers.next(), -numbers.next(), numbers.next(), numbers.next()};
  RankedCandidate out = {std::move(candidate), statistics, difference, 512, {}, known};
  if (row % 8 == 7) out.extrapolations = {"total_steps 12000 above 6000"};
  return out;
}

class MadeUpRows final : public RankedRows {
 public:
  explicit MadeUpRows(const SweepConfig& config) : candidates_(config.space, config.seed) {}

  std::size_t size() const override { return static_cast<std::size_t>(candidates_.size()); }

  std::vector<RankedCandidate> make(std::size_t first, std::size_t count) const override {
    std::vector<std::int64_t> numbers(count);
    std::iota(numbers.begin(), numbers.end(), static_cast<std::int64_t>(first));
    std::vector<RankedCandidate> rows;
    rows.reserve(count);
    for (std::optional<Candidate>& one : candidates_.make(numbers))
      rows.push_back(made_up(std::move(one.value()), first + rows.size()));
    return rows;
  }

 private:
  CandidateList candidates_;
};

double in_seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
}

void measure(const cxxopts::ParseResult& given) {
  const std::vector<std::string> settings = {fmt::format("search.candidates={}", given["rows"].as<std::int64_t>())};
  const SweepConfig config = read_sweep(given["SWEEP"].as<std::string>(), settings);
  const std::filesystem::path folder = given["FOLDER"].as<std::string>();
  const int threads = given["threads"].as<int>();
  Fit fit;
  fit.model = "power";
  SweepResult result;
  result.rows = std::make_shared<MadeUpRows>(config);
  result.ranked = result.rows->make(0, 1);
  SweepCounts counts;
  const double seconds =
      seconds_of([&] { counts = write_results(folder, config, fit, result, Provenance(), threads); });
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
  const double of_cores = in_seconds(usage.ru_utime) + in_seconds(usage.ru_stime);
  const double megabytes = static_cast<double>(usage.ru_maxrss) * 1024e-6;  // of kibibytes
  const double written = static_cast<double>(std::filesystem::file_size(folder / "results.csv")) * 1e-6;
  if (given.count("json") > 0) {
    fmt::print("{}\n", nlohmann::ordered_json{{"rows", counts.candidates},
                                              {"threads", threads},
                                              {"seconds", seconds},
                                              {"seconds_of_cores", of_cores},
                                              {"peak_megabytes", megabytes},
                                              {"written_megabytes", written}}
                           .dump(2));
    return;
  }
  fmt::print("{:>10} {:>8} {:>9} {:>9} {:>9} {:>11}\n", "rows", "threads", "seconds", "of cores", "peak MB",
             "written MB");
  fmt::print("{:>10} {:>8} {:>9.2f} {:>9.2f} {:>9.1f} {:>11.1f}\n", counts.candidates, threads, seconds, of_cores,
             megabytes, written);
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  cxxopts::Options options("bench_results_rows", "Seconds and memory of writing the results of a big sweep");
  options.add_options()("rows", "candidates", cxxopts::value<std::int64_t>()->default_value("1000000"))  //
      ("threads", "threads; 0: all cores", cxxopts::value<int>()->default_value("2"));
  return losscast::bench::run_program(count, arguments, options, {"SWEEP", "FOLDER"}, losscast::bench::measure);
}
