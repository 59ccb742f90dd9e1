#include "bench/width/loss_vs_lr.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "bench/width/commands.hpp"
#include "losscast/format/atomic_file.hpp"

namespace losscast::bench {

namespace {

// How a sweep is made.
struct Plan {
  std::vector<int> widths;
  int steps, seeds, threads;

  // Of a width: runs of narrow networks differ more, and cost less.
  int seeds_at(int width) const { return seeds * std::min(2, widths.back() / width); }
};

// Of the losses at each LR of a width, the geometric mean over seeds.
void measure(const WidthSweep& sweep, const Plan& plan, int width, const std::vector<int>& numbers, LossByLr& losses) {
  const int seeds = plan.seeds_at(width);
  std::vector<TrainingSettings> runs;
  for (const int k : numbers)
    for (int seed = 0; seed < seeds; ++seed) {
      const TrainingSettings base = narrowest(sweep.method, sweep.parameterisation, lr_of(k));
      runs.push_back(at_width(base, width, sweep.parameterisation));
      runs.back().steps = plan.steps;
      runs.back().seed = static_cast<std::uint64_t>(seed);
    }
  const std::vector<TrainedLosses> outcomes = train_all(runs, plan.threads);
  std::size_t next = 0;
  for (const int k : numbers) {
    double log_loss = 0;
    for (int seed = 0; seed < seeds; ++seed) log_loss += std::log(outcomes[next++].last_loss) / seeds;
    losses[k] = std::exp(log_loss);
  }
}

// LRs around number `centre`, and on until the lowest loss lies two or more from both ends.
LossByLr losses_around(const WidthSweep& sweep, const Plan& plan, int width, int centre) {
  constexpr int kAround = 2, kBeyond = 2;
  LossByLr losses;
  std::vector<int> numbers;
  for (int k = centre - kAround; k <= centre + kAround; ++k) numbers.push_back(k);
  while (!numbers.empty()) {
    measure(sweep, plan, width, numbers, losses);
    numbers.clear();
    const int best = best_of(losses), low = losses.begin()->first, high = losses.rbegin()->first;
    if (best - low < kBeyond || !std::isfinite(losses.at(best))) numbers.push_back(low - 1);
    if (high - best < kBeyond && std::isfinite(losses.at(high))) numbers.push_back(high + 1);
  }
  return losses;
}

int number_of(double lr) { return static_cast<int>(std::lround(2 * std::log2(lr))); }

// Each width's search begins where theory says that the best LR goes from the width before.
void fill(WidthSweep& sweep, const Plan& plan) {
  double best = sweep.method.lr;
  WidthChange change = {.from = kNarrowest, .to = kNarrowest};
  for (const int width : plan.widths) {
    change.to = width;
    best *= lr_shift(change, sweep.method.optimiser, sweep.parameterisation);
    sweep.losses[width] = losses_around(sweep, plan, width, number_of(best));
    best = lr_of(best_of(sweep.losses[width]));
    change.from = width;
  }
}

void print_row(const WidthSweep& sweep) {
  fmt::print("{:16} {:9}", sweep.method.name, name_in(kParameterisations, sweep.parameterisation));
  int lowest = best_of(sweep.losses.begin()->second), highest = lowest;
  for (const auto& [width, losses] : sweep.losses) {
    const int best = best_of(losses);
    lowest = std::min(lowest, best);
    highest = std::max(highest, best);
    fmt::print("  {:7.3g} {:.4f}", lr_of(best), losses.at(best));
  }
  const WidthChange change = {.from = sweep.losses.begin()->first, .to = sweep.losses.rbegin()->first};
  fmt::print("   {:5.1f}   {:5.1f}\n", lr_of(highest) / lr_of(lowest),
             1 / lr_shift(change, sweep.method.optimiser, sweep.parameterisation));
}

}  // namespace

double lr_of(int k) { return std::exp2(0.5 * k); }

int best_of(const LossByLr& losses) {
  return std::ranges::min_element(losses, {}, [](const auto& one) { return one.second; })->first;
}

void loss_vs_lr(const cxxopts::ParseResult& given) {
  const Plan plan = {.widths = given["widths"].as<std::vector<int>>(),
                     .steps = given["steps"].as<int>(),
                     .seeds = given["seeds"].as<int>(),
                     .threads = given["threads"].as<int>()};
  fmt::print("best LR, of the grid 2^(k/2), and its loss, after {} steps, at the widths", plan.steps);
  for (const int width : plan.widths) fmt::print(" {}", width);
  fmt::print("; highest over lowest best LR; the shift that theory expects\n");
  std::vector<WidthSweep> sweeps;
  const auto wanted = given["methods"].as<std::vector<std::string>>();
  for (const Method& method : methods()) {
    if (std::ranges::find(wanted, method.name) == wanted.end()) continue;
    for (const Parameterisation parameterisation : {Parameterisation::standard, Parameterisation::mup}) {
      sweeps.push_back({method, parameterisation, {}});
      fill(sweeps.back(), plan);
      print_row(sweeps.back());
      std::fflush(stdout);
    }
  }
  if (given.count("svg") > 0) write_atomically(given["svg"].as<std::string>(), loss_vs_lr_svg(sweeps));
}

}  // namespace losscast::bench
