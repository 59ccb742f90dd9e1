#include "bench/elementary/demo_problem.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cmath>

#include "bench/common/example.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast::bench {

DemoProblem::DemoProblem(Step steps, int threads) : steps_(steps), threads_(threads) {
  constexpr double kRefLr = 3e-4;
  const auto count = static_cast<std::size_t>(steps);
  for (const Recipe& recipe : benchmark_schedules(steps)) {
    names_.push_back(fmt::format("s{:02}", names_.size()));
    std::vector<double> lrs(count);
    recipe.schedule.fill(0, lrs);
    for (const double lr : lrs) lrs_.push_back(lr / kRefLr);
  }
  for (std::size_t b = 0; b < count / kStepsPerBlock; ++b) begin_.push_back(static_cast<std::uint32_t>(b));
  for (std::size_t s = 0; s < names_.size(); ++s)
    for (std::size_t b = 0; b < begin_.size(); ++b) {
      ElementaryRow row{};
      for (std::size_t i = 0; i < kStepsPerBlock; ++i) {
        const double x = lr(s, b * kStepsPerBlock + i);
        row.first[i] = static_cast<float>(kDemoDrift * x);
        row.noise[i] = static_cast<float>(std::sqrt(kDemoNoise) * x);
      }
      rows_.push_back(row);
    }
  last_.assign(names_.size(), static_cast<int>(begin_.size()));
  records_ = {static_cast<int>(begin_.size())};
  weigh_noise();
}

DemoProblem DemoProblem::part(std::span<const std::size_t> schedules) const {
  DemoProblem out = *this;
  const auto chosen = [&](const auto& all, std::size_t width) {
    std::decay_t<decltype(all)> some;
    for (const std::size_t s : schedules) {
      const auto begin = all.begin() + static_cast<std::ptrdiff_t>(s * width);
      some.insert(some.end(), begin, begin + static_cast<std::ptrdiff_t>(width));
    }
    return some;
  };
  const auto steps = static_cast<std::size_t>(steps_);
  out.names_ = chosen(names_, 1);
  out.lrs_ = chosen(lrs_, steps);
  out.rows_ = chosen(rows_, begin_.size());
  out.weights_ = chosen(weights_, steps);
  out.deviations_ = chosen(deviations_, 1);
  out.last_.resize(schedules.size());
  return out;
}

std::string DemoProblem::table() const {
  std::string text = fmt::format("{}\n", fmt::join(names_, ","));
  for (std::size_t step = 0; step < static_cast<std::size_t>(steps_); ++step)
    for (std::size_t s = 0; s < names_.size(); ++s)
      text += fmt::format("{}{}", lr(s, step), s + 1 < names_.size() ? ',' : '\n');
  return text;
}

DemoProblem::Paths DemoProblem::simulate(std::int64_t first_path, std::int64_t paths, std::uint64_t seed,
                                         Pairing pairing, Projections projections) const {
  Paths out;
  const std::size_t count = names_.size() * static_cast<std::size_t>(paths);
  out.values.resize(count);
  EnsembleArguments a;
  a.coefficients = rows_.data();
  a.block_begin = begin_.data();
  a.last_block = last_.data();
  a.record_after = records_.data();
  a.values = out.values.data();
  a.schedules = schedules();
  a.block_count = static_cast<int>(begin_.size());
  a.records = 1;
  a.paths = paths;
  a.first_path = static_cast<std::uint64_t>(first_path);
  a.seed = seed;
  a.pairing = pairing;
  a.variates = kStepsPerBlock;
  if (projections == Projections::on) {
    out.projections.resize(count);
    a.weights = weights_.data();
    a.projections = out.projections.data();
  }
  const CpuEnsemble kernel = elementary_tile(Sde::demo, choose_isa());
  const int width = cpu_tile_width(a, threads_);
  parallel_for(cpu_tile_count(a, width), threads_, [&](std::int64_t tile) { kernel.run_tile(a, width, tile); });
  return out;
}

void DemoProblem::weigh_noise() {
  const auto count = static_cast<std::size_t>(steps_);
  weights_.resize(names_.size() * count);
  for (std::size_t s = 0; s < names_.size(); ++s) {
    std::vector<double> keep(count), noise(count);
    double mean = static_cast<double>(kDemoStart);
    for (std::size_t i = 0; i < count; ++i) {
      const double x = lr(s, i), root = std::sqrt(mean);
      keep[i] = 1 - 1.5 * kDemoDrift * x * root;
      noise[i] = x * std::sqrt(kDemoNoise) * root;
      mean -= kDemoDrift * x * mean * root;
    }
    double left = 1, variance = 0;
    for (std::size_t i = count; i-- > 0; left *= keep[i]) {
      weights_[s * count + i] = static_cast<float>(noise[i] * left);
      variance += noise[i] * left * noise[i] * left;
    }
    deviations_.push_back(std::sqrt(variance));
  }
}

}  // namespace losscast::bench
