#include "losscast/precision/multilevel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/floating_point_environment.hpp"
#include "engine/block_length.hpp"
#include "engine/check_request.hpp"
#include "losscast/base/error.hpp"
#include "losscast/precision/precision.hpp"
#include "losscast/random/counter.hpp"
#include "precision/coupled_paths.hpp"

namespace losscast {
namespace {

constexpr std::int64_t kFirstUnits = 64;
constexpr std::size_t kFirstLevels = 3;
constexpr double kMargin = 1.1;  // of units, as variances are estimates

// Moments of a level's units under one schedule, in double around the first.
struct UnitMoments {
  double mean = 0, variance = 0, kurtosis = 0;
};

UnitMoments moments_of(const std::vector<double>& units) {
  const auto n = static_cast<double>(units.size());
  UnitMoments out;
  for (const double unit : units) out.mean += (unit - units.front()) / n;
  out.mean += units.front();
  double fourth = 0;
  for (const double unit : units) {
    const double square = (unit - out.mean) * (unit - out.mean);
    out.variance += square / (n - 1);
    fourth += square * square / n;
  }
  out.kurtosis = out.variance > 0 ? fourth / (out.variance * out.variance) : 0;
  return out;
}

// As the engine would be asked for the same runs, with a pair of paths.
PathRequest path_request(const MultilevelRequest& request) {
  PathRequest out;
  out.recipes = request.recipes;
  out.paths = 2;
  out.seed = request.seed;
  out.scheme = request.scheme;
  out.block = request.coarsest_block;
  return out;
}

class Levels {
 public:
  Levels(const LossSde& sde, const MultilevelRequest& request, const Execution& execution)
      : sde_(sde),
        request_(request),
        paths_(sde, request.recipes, request.scheme, execution),
        coarsest_(coarsest_block(sde, request, execution.threads)) {}

  MultilevelResult run() {
    while (levels_.size() < kFirstLevels && can_refine()) add_level();
    for (;;) {
      while (sample_more()) {
      }
      if (bias() < request_.target_error / 2 || !can_refine()) break;
      add_level();
    }
    return result();
  }

 private:
  struct Level {
    Step block;
    std::int64_t units = 0;
    double unit_steps = 0;
    CoupledPaths::Units paths;  // of each schedule
  };

  static Step coarsest_block(const LossSde& sde, const MultilevelRequest& request, int threads) {
    // Euler-Maruyama has a longest stable block, and a longer one that was asked for is refused.
    const Step stable =
        request.scheme == Scheme::euler ? choose_block(sde, path_request(request), threads).block : kLongestBlock;
    const Step block = request.coarsest_block.value_or(stable);
    if (block < 2)
      throw InputError(
          "multilevel Monte Carlo has no level",
          "the coarsest block is a single step, which Euler-Maruyama may not exceed at these learning rates",
          "use --scheme exact-moments");
    if ((block & (block - 1)) != 0)
      throw InputError(fmt::format("a coarsest block of {} steps cannot be halved down to single ones", block),
                       "levels halve it", "give a power of two");
    return block;
  }

  bool can_refine() const { return levels_.empty() || levels_.back().block > 1; }

  void add_level() {
    levels_.push_back({levels_.empty() ? coarsest_ : levels_.back().block / 2, 0, 0, {}});
    sample(levels_.size() - 1, kFirstUnits);
  }

  void sample(std::size_t number, std::int64_t units) {
    Level& level = levels_[number];
    const RandomBits bits = random_bits(request_.seed, Stream::pilot, number, 1, 0);
    const std::uint64_t seed = std::uint64_t{bits.word[0]} << 32 | bits.word[1];
    const Step coarse = number == 0 ? 0 : 2 * level.block;
    paths_.simulate(level.block, coarse, {seed, level.units, units}, level.paths);
    level.units += units;
    level.unit_steps = paths_.block_steps_of_unit(level.block, coarse);
  }

  UnitMoments moments(const Level& level, std::size_t schedule) const {
    std::vector<double> units = level.paths.fine[schedule];
    if (!level.paths.coarse.empty())
      for (std::size_t i = 0; i < units.size(); ++i) units[i] -= level.paths.coarse[schedule][i];
    return moments_of(units);
  }

  double largest_variance(const Level& level) const {
    double largest = 0;
    for (std::size_t s = 0; s < request_.recipes.size(); ++s) largest = std::max(largest, moments(level, s).variance);
    return largest;
  }

  // Adds the units that the optimal shares ask for: proportional to sqrt(variance / cost). False if all have enough.
  bool sample_more() {
    std::vector<double> variances;
    double sum = 0;
    for (const Level& level : levels_) {
      variances.push_back(largest_variance(level));
      sum += std::sqrt(variances.back() * level.unit_steps);
    }
    bool more = false;
    for (std::size_t l = 0; l < levels_.size(); ++l) {
      const double wanted = kMargin * sum * std::sqrt(variances[l] / levels_[l].unit_steps) /
                            (request_.target_error * request_.target_error);
      const auto missing = static_cast<std::int64_t>(std::ceil(wanted)) - levels_[l].units;
      if (missing <= 0) continue;
      sample(l, (missing + 7) / 8 * 8);
      more = true;
    }
    return more;
  }

  // What the finest blocks still miss, if halving goes on to change the means by half as much each time.
  double bias() const {
    const Level& finest = levels_.back();
    if (finest.block == 1) return 0;
    double largest = 0;
    for (std::size_t s = 0; s < request_.recipes.size(); ++s)
      largest = std::max(largest, std::abs(moments(finest, s).mean));
    return largest;
  }

  // How far the coarse paths of a level are from the fine ones of the one before, which have the same law.
  double inconsistency(std::size_t number, std::size_t schedule) const {
    const UnitMoments coarse = moments_of(levels_[number].paths.coarse[schedule]);
    const UnitMoments fine = moments_of(levels_[number - 1].paths.fine[schedule]);
    const double allowed = 3 * (std::sqrt(coarse.variance / static_cast<double>(levels_[number].units)) +
                                std::sqrt(fine.variance / static_cast<double>(levels_[number - 1].units)));
    return std::abs(coarse.mean - fine.mean) / (allowed + kFp32Resolution);
  }

  MultilevelResult result() const {
    MultilevelResult out;
    const std::size_t count = request_.recipes.size();
    out.means.assign(count, 0);
    out.errors.assign(count, 0);
    for (std::size_t l = 0; l < levels_.size(); ++l) {
      const Level& level = levels_[l];
      MultilevelLevel report{level.block, level.units, level.unit_steps, 0, 0, 0, 0};
      for (std::size_t s = 0; s < count; ++s) {
        const UnitMoments unit = moments(level, s);
        out.means[s] += unit.mean;
        out.errors[s] += unit.variance / static_cast<double>(level.units);
        report.mean = std::max(report.mean, std::abs(unit.mean));
        report.variance = std::max(report.variance, unit.variance);
        report.kurtosis = std::max(report.kurtosis, unit.kurtosis);
        if (l > 0) report.inconsistency = std::max(report.inconsistency, inconsistency(l, s));
      }
      out.levels.push_back(report);
      out.path_steps +=
          static_cast<std::int64_t>(level.unit_steps * static_cast<double>(level.units) * static_cast<double>(count)) *
          sde_.model->states();
    }
    for (double& error : out.errors) error = std::sqrt(error);
    out.path_steps += paths_.twin_block_steps() * sde_.model->states();
    out.bias = bias();
    out.problems = problems_of(out.levels);
    return out;
  }

  // Means of FP32 values do not agree better than this. [nats]
  static constexpr double kFp32Resolution = 3e-6;

  const LossSde& sde_;
  const MultilevelRequest& request_;
  CoupledPaths paths_;
  Step coarsest_;
  std::vector<Level> levels_;
};

}  // namespace

std::vector<std::string> problems_of(const std::vector<MultilevelLevel>& levels) {
  std::vector<std::string> problems;
  for (const MultilevelLevel& level : levels) {
    if (!(level.kurtosis <= kLargestKurtosis))
      problems.push_back(
          fmt::format("blocks of {} steps: the variance rests on a few paths (kurtosis {:.3g}, at most {:g})",
                      level.block, level.kurtosis, kLargestKurtosis));
    if (!(level.inconsistency <= kLargestInconsistency))
      problems.push_back(
          fmt::format("blocks of {} steps: the coarse paths are not those of the level before "
                      "(inconsistency {:.3g}, at most {:g})",
                      level.block, level.inconsistency, kLargestInconsistency));
  }
  return problems;
}

MultilevelResult run_multilevel(const LossSde& sde, const MultilevelRequest& request, const Execution& execution) {
  check_paths(sde, path_request(request));
  if (sde.spikes.any())
    throw InputError("multilevel Monte Carlo does not take spikes",
                     "jumps in blocks of different length cannot share their random numbers",
                     "switch one of the two off");
  if (!(request.target_error >= kRoundingError))
    throw InputError(fmt::format("a standard error of {:g} nats cannot be honest", request.target_error),
                     fmt::format("FP32 rounding moves a path by up to {:g} nats", kRoundingError),
                     "ask for that or more");
  const FloatingPointEnvironment environment;
  return Levels(sde, request, execution).run();
}

}  // namespace losscast
