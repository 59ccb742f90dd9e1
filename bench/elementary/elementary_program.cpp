// What a path-step costs: bench_elementary --sde normals|linear|hill [--schedules N] [--paths N] [--steps N] ...
#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "bench/common/choice.hpp"
#include "bench/common/program.hpp"
#include "bench/common/timing.hpp"
#include "bench/elementary/elementary.hpp"
#include "bench/elementary/elementary_sde.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast::bench {
namespace {

struct Work {
  std::string sde;
  int schedules;
  std::int64_t paths;
  int steps;
  int threads;
  int repeats;
  Backend backend;
  MathMode math;
};

// What a run found; `rate` counts path-steps, or variates.
struct Outcome {
  double seconds = 0, rate = 0;
  double mean = 0, standard_error = 0, exact_mean = 0;
};

// Relative LR of schedule s at a step: linear decay, to a final value that falls from schedule to schedule.
double relative_lr(const Work& work, int schedule, int step) {
  return 1.0 - (schedule + 1.0) / work.schedules * step / work.steps;
}

ElementaryRow row_of(const Work& work, int schedule, int block) {
  ElementaryRow row;
  for (int i = 0; i < kStepsPerBlock; ++i) {
    const auto x = static_cast<float>(relative_lr(work, schedule, block * kStepsPerBlock + i));
    const float g = kRateTimesStep * x, level = kLevel * x;
    const bool linear = work.sde == "linear";
    row.first[i] = linear ? 1 - g : g;
    row.second[i] = linear ? g * level : level;
    row.noise[i] = linear ? level * std::sqrt(kFourOverD * g) : kFourOverD * level;
  }
  return row;
}

// The mean of both SDEs, averaged over the schedules: m' = m + g (l - m). (The truncation of the hill shifts it by less
// than a standard error can show: the hill's level is 4.5 of its standard deviations above zero.)
double exact_mean(const Work& work) {
  double sum = 0;
  for (int s = 0; s < work.schedules; ++s) {
    double m = kLevel;
    for (int i = 0; i < work.steps; ++i) {
      const double x = relative_lr(work, s, i);
      m += kRateTimesStep * x * (kLevel * x - m);
    }
    sum += m;
  }
  return sum / work.schedules;
}

// The request as the kernels read it.
class Problem {
 public:
  explicit Problem(const Work& work) : work_(work) {
    const int blocks = work.steps / kStepsPerBlock;
    for (int s = 0; s < work.schedules; ++s)
      for (int b = 0; b < blocks; ++b) rows_.push_back(row_of(work, s, b));
    for (int b = 0; b < blocks; ++b) begin_.push_back(static_cast<std::uint32_t>(b));
    last_.assign(static_cast<std::size_t>(work.schedules), blocks);
    records_ = {blocks};
    values_.resize(static_cast<std::size_t>(work.schedules) * static_cast<std::size_t>(work.paths));
    arguments_.coefficients = rows_.data();
    arguments_.block_begin = begin_.data();
    arguments_.last_block = last_.data();
    arguments_.record_after = records_.data();
    arguments_.values = values_.data();
    arguments_.schedules = work.schedules;
    arguments_.block_count = blocks;
    arguments_.records = 1;
    arguments_.paths = work.paths;
    arguments_.seed = 1;
  }

  // Seconds of one run.
  double run() {
    const Sde sde = work_.sde == "linear" ? Sde::linear : Sde::hill;
    if (work_.backend == Backend::cuda) return run_elementary_on_gpu(sde, work_.math, arguments_);
    const CpuEnsemble kernel = elementary_tile(sde, choose_isa());
    const int width = cpu_tile_width(arguments_, work_.threads);
    return seconds_of([&] {
      parallel_for(cpu_tile_count(arguments_, width), work_.threads,
                   [&](std::int64_t tile) { kernel.run_tile(arguments_, width, tile); });
    });
  }

  // Mean of the paths' averages over schedules, which share their increments, and its standard error.
  void summarise(Outcome& out) const {
    double sum = 0, squares = 0;
    const auto paths = static_cast<std::size_t>(work_.paths);
    for (std::size_t p = 0; p < paths; ++p) {
      double path = 0;
      for (std::size_t at = p; at < values_.size(); at += paths) path += values_[at];
      path /= work_.schedules;
      sum += path;
      squares += path * path;
    }
    const auto n = static_cast<double>(work_.paths);
    out.mean = sum / n;
    out.standard_error = std::sqrt((squares / n - out.mean * out.mean) / (n - 1));
    out.exact_mean = exact_mean(work_);
  }

 private:
  Work work_;
  std::vector<ElementaryRow> rows_;
  std::vector<std::uint32_t> begin_;
  std::vector<int> last_, records_;
  std::vector<float> values_;
  EnsembleArguments arguments_;
};

Outcome run_sde(const Work& work) {
  Problem problem(work);
  std::vector<double> seconds;
  problem.run();  // warms up
  for (int i = 0; i < work.repeats; ++i) seconds.push_back(problem.run());
  Outcome out;
  out.seconds = spread_of(seconds).median;
  out.rate = static_cast<double>(work.paths) * work.schedules * work.steps / out.seconds;
  problem.summarise(out);
  return out;
}

Outcome run_normals(const Work& work) {
  const std::int64_t count = work.paths * work.steps;
  std::vector<double> seconds;
  double sum = 0;
  for (int i = 0; i <= work.repeats; ++i) {
    if (work.backend == Backend::cuda) {
      const GpuRun run = sum_normals_on_gpu(work.math, count);
      seconds.push_back(run.seconds);
      sum = run.sum;
    } else {
      const Isa isa = choose_isa();
      std::vector<float> sums(static_cast<std::size_t>(work.threads) * 8);
      const auto parts = static_cast<std::int64_t>(sums.size());
      seconds.push_back(seconds_of([&] {
        parallel_for(parts, work.threads, [&](std::int64_t part) {
          sums[static_cast<std::size_t>(part)] =
              sum_of_normals(isa, static_cast<std::uint64_t>(part) << 20, count / parts);
        });
      }));
      sum = 0;
      for (const float one : sums) sum += one;
    }
  }
  seconds.erase(seconds.begin());  // warmed up
  Outcome out;
  out.seconds = spread_of(seconds).median;
  out.rate = static_cast<double>(count) / out.seconds;
  out.mean = sum / static_cast<double>(count);
  out.standard_error = 1 / std::sqrt(static_cast<double>(count));
  return out;
}

Work read_work(const cxxopts::ParseResult& given) {
  Work work;
  work.sde = given["sde"].as<std::string>();
  if (work.sde != "normals" && work.sde != "linear" && work.sde != "hill")
    throw InputError(fmt::format("--sde {} is unknown", work.sde), "it is normals, linear or hill", "correct it");
  work.schedules = given["schedules"].as<int>();
  work.paths = given["paths"].as<std::int64_t>();
  work.steps = given["steps"].as<int>();
  work.threads = thread_count(given["threads"].as<int>());
  work.repeats = given["repeats"].as<int>();
  work.backend = choice<Backend>(given, "backend", {{"cpu", Backend::cpu}, {"cuda", Backend::cuda}});
  work.math = choice<MathMode>(given, "math", {{"reproducible", MathMode::reproducible}, {"fast", MathMode::fast}});
  if (work.backend == Backend::cuda && cuda_devices().count == 0)
    throw DeviceError("no GPU can be used", cuda_devices().problem, "run with --backend cpu, or mend the driver");
  if (work.schedules < 1 || work.paths < 2 || work.steps < kStepsPerBlock || work.steps % kStepsPerBlock != 0)
    throw InputError(
        fmt::format("--schedules {} --paths {} --steps {} cannot be run", work.schedules, work.paths, work.steps),
        fmt::format("schedules must be positive, paths 2 or more, steps a multiple of {}", kStepsPerBlock),
        "correct them");
  return work;
}

void measure(const cxxopts::ParseResult& given) {
  const Work work = read_work(given);
  const bool on_gpu = work.backend == Backend::cuda;
  const std::string device = on_gpu ? cuda_devices().name : isa_name(choose_isa());
  const Outcome out = work.sde == "normals" ? run_normals(work) : run_sde(work);
  if (given.count("json") > 0) {
    const nlohmann::ordered_json object = {{"system", "losscast"},
                                           {"device", device},
                                           {"threads", on_gpu ? 0 : work.threads},
                                           {"multiprocessors", on_gpu ? multiprocessors_of_gpu() : 0},
                                           {"math", on_gpu && work.math == MathMode::fast ? "fast" : "reproducible"},
                                           {"sde", work.sde},
                                           {"schedules", work.schedules},
                                           {"paths", work.paths},
                                           {"steps", work.steps},
                                           {"seconds", out.seconds},
                                           {"path_steps_per_second", out.rate},
                                           {"mean", out.mean},
                                           {"standard_error", out.standard_error},
                                           {"exact_mean", out.exact_mean}};
    return fmt::print("{}\n", object.dump(2));
  }
  fmt::print("{} on {} ({} threads): {:.3e} {}/s, {:.4f} s; mean {:.7f} +- {:.1e}, exactly {:.7f}\n", work.sde, device,
             on_gpu ? 0 : work.threads, out.rate, work.sde == "normals" ? "variates" : "path-steps", out.seconds,
             out.mean, out.standard_error, out.exact_mean);
}

cxxopts::Options options() {
  cxxopts::Options out("bench_elementary", "Cost of a path-step of the smallest SDEs, and of a normal variate");
  const auto number = [](const char* fallback) { return cxxopts::value<int>()->default_value(fallback); };
  const auto word = [](const char* fallback) { return cxxopts::value<std::string>()->default_value(fallback); };
  out.add_options()("sde", "normals, linear or hill", word("hill"))                          //
      ("schedules", "that share their random numbers", number("16"))                         //
      ("paths", "of each schedule", cxxopts::value<std::int64_t>()->default_value("16384"))  //
      ("steps", "of a path, a multiple of 4", number("4000"))                                //
      ("threads", "on a CPU; 0: all cores", number("0"))                                     //
      ("backend", "cpu or cuda", word("cpu"))                                                //
      ("math", "on a GPU: reproducible or fast", word("reproducible"))                       //
      ("repeats", "timed runs, of which the median is reported", number("3"));
  return out;
}

}  // namespace
}  // namespace losscast::bench

int main(int count, char** arguments) {
  return losscast::bench::run_program(count, arguments, losscast::bench::options(), {}, losscast::bench::measure);
}
