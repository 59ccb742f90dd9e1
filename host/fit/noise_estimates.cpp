#include "fit/noise_estimates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <optional>

#include "fit/median.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/fit/folds.hpp"

namespace losscast {
namespace {

// Defaults, from public runs of 25M to 124M parameters (docs/models.md).
constexpr double kDefaultStartupShift = 60;  // steps at the reference LR
constexpr double kDefaultDimensions = 4000;
constexpr double kDefaultObservation = 5e-5;  // nats
constexpr double kFewestDimensions = 500, kMostDimensions = 5e4;

constexpr int kTransient = 10;  // first points of a curve, where the start-up shift shows

struct PointState {
  double clock;          // the hills', at the point
  double river;          // the river's
  double level;          // of the hills in the block before it
  double loss_residual;  // measured - law [nats]
};

std::vector<PointState> states_of(const SdeModel& model, const Observations& one, std::span<const double> parameters,
                                  std::span<const double> residuals) {
  std::vector<PointState> out;
  double clock = 0, river = 0;
  for (std::size_t b = 0; b < one.run.table.blocks.size() && out.size() < one.steps.size(); ++b) {
    const Drive<double> driven = model.drive_of(one.run.table.blocks[b], parameters);
    clock += driven.dtau;
    river += driven.river;
    const std::size_t i = out.size();
    if (one.run.after[i] == static_cast<int>(b) + 1) out.push_back({clock, river, driven.level, residuals[i]});
  }
  return out;
}

// A third difference of residuals over equally spaced points, scaled to the variance of one: fast noise shows in it,
// slow misfit does not.
struct FastNoise {
  double difference;  // (r3 - 3 r2 + 3 r1 - r0) / sqrt 20 [nats]
  double level;       // mean x^q
  double spacing;     // clock time between neighbours
};

void collect_fast_noise(const Observations& one, std::span<const PointState> states, std::vector<FastNoise>& out) {
  for (std::size_t i = kTransient; i + 3 < states.size(); ++i) {
    const Step spacing = one.steps[i + 1] - one.steps[i];
    if (one.steps[i + 2] - one.steps[i + 1] != spacing || one.steps[i + 3] - one.steps[i + 2] != spacing) continue;
    const double low = std::min(states[i].level, states[i + 3].level);
    const double high = std::max(states[i].level, states[i + 3].level);
    constexpr double kAbrupt = 1.2;  // where the LR jumps, misfit of the fast relaxation would pass for noise
    if (low <= 0 || high / low > kAbrupt) continue;
    out.push_back({(states[i + 3].loss_residual - 3 * states[i + 2].loss_residual + 3 * states[i + 1].loss_residual -
                    states[i].loss_residual) /
                       std::sqrt(20.0),
                   (low + high) / 2, (states[i + 3].clock - states[i].clock) / 3});
  }
}

// Sum over hills of 2 level^2 x (share of the stationary variance that a third difference at this spacing sees): a
// hill of d dimensions shows as sqrt(this / d) x level in FastNoise::difference. With rho the correlation of
// neighbours, the difference's weights 1, -3, 3, -1 have autocorrelations 20, -15, 6, -1.
double visible_hills(const SdeModel& model, std::span<const double> parameters, double spacing) {
  double sum = 0;
  for (const Hill& hill : model.hill_constants(parameters)) {
    const double rho = std::exp(-hill.rate * spacing);
    sum += 2 * hill.level * hill.level * (20 - 30 * rho + 12 * rho * rho - 2 * rho * rho * rho) / 20;
  }
  return sum;
}

// Splits fast noise into a part that follows the effective LR (scale x x^q) and one that does not (floor), by
// maximising a Student-t likelihood (4 degrees of freedom: outliers occur) on a grid of both.
struct NoiseSplit {
  double scale, floor;
};
NoiseSplit split_noise(std::span<const FastNoise> noise, double pooled) {
  constexpr int kGrid = 60;
  NoiseSplit best{pooled, 0};
  double best_score = -1e300;
  for (int a = 0; a <= kGrid; ++a)
    for (int b = 0; b <= kGrid; ++b) {
      const NoiseSplit tried{pooled * 0.05 * std::pow(40.0, static_cast<double>(a) / kGrid),
                             b == 0 ? 0.0 : pooled * 0.02 * std::pow(100.0, static_cast<double>(b) / kGrid)};
      double log_likelihood = 0;
      for (const FastNoise& one : noise) {
        const double variance = tried.scale * tried.scale * one.level * one.level + tried.floor * tried.floor;
        log_likelihood -= 0.5 * std::log(variance) + 2.5 * std::log1p(one.difference * one.difference / (4 * variance));
      }
      if (log_likelihood > best_score) {
        best_score = log_likelihood;
        best = tried;
      }
    }
  // A Student-t of 4 degrees of freedom fits normal data best with a scale of 1 / 1.203 of their standard deviation.
  constexpr double kScaleToSd = 1.203;
  return {best.scale * kScaleToSd, best.floor * kScaleToSd};
}

void estimate_fast_noise(const SdeModel& model, std::span<const double> parameters, std::span<const FastNoise> noise,
                         Noise& out) {
  out.hill_dimensions = {kDefaultDimensions, false, "default: the median of public runs of 25M to 124M parameters"};
  out.observation_noise = {kDefaultObservation, false, "default: rounding of logged losses to four decimals"};
  constexpr std::size_t kEnough = 20, kEnoughToSplit = 40;
  if (noise.size() < kEnough) return;

  std::vector<double> sizes, levels, spacings;
  for (const FastNoise& one : noise) {
    sizes.push_back(std::abs(one.difference));
    levels.push_back(one.level);
    spacings.push_back(one.spacing / one.level);
  }
  constexpr double kMadToSd = 1.4826;
  const double pooled = kMadToSd * median_of(sizes);
  const double typical_level = median_of(levels);
  const double visible = visible_hills(model, parameters, median_of(spacings) * typical_level);
  const double default_scale = std::sqrt(visible / kDefaultDimensions);
  const auto [lowest, highest] = std::minmax_element(levels.begin(), levels.end());
  if (pooled <= 0) return;

  if (noise.size() >= kEnoughToSplit && *highest > 2 * *lowest) {
    const NoiseSplit split = split_noise(noise, pooled);
    const double dimensions = visible / (split.scale * split.scale);
    out.observation_noise = {split.floor, true,
                             "the part of neighbouring residuals' differences that does not follow the LR"};
    if (dimensions >= kFewestDimensions && dimensions <= kMostDimensions)
      out.hill_dimensions = {dimensions, true, "the part of neighbouring residuals' differences that follows the LR"};
    return;
  }
  const double rest = pooled * pooled - default_scale * default_scale * typical_level * typical_level;
  if (rest > kDefaultObservation * kDefaultObservation)
    out.observation_noise = {std::sqrt(rest), true,
                             "neighbouring residuals' differences beyond what hills of the default "
                             "dimensions explain (the LR varies too little to separate them)"};
}

// Curves that start alike are one start: the later ones branch off the first.
bool same_start(const Observations& a, const Observations& b) {
  constexpr std::size_t kAlike = 5;
  for (std::size_t i = 0; i < kAlike; ++i)
    if (i >= a.steps.size() || i >= b.steps.size() || a.steps[i] != b.steps[i] || a.losses[i] != b.losses[i])
      return false;
  return true;
}

struct RunResiduals {
  const Observations* run;
  std::span<const double> residuals;  // of its points
};

std::vector<RunResiduals> by_run(std::span<const Observations> observations, std::span<const double> residuals) {
  std::vector<RunResiduals> runs;
  std::size_t row = 0;
  for (const Observations& one : observations) {
    runs.push_back({&one, residuals.subspan(row, one.steps.size())});
    row += one.steps.size();
  }
  return runs;
}

// Runs of one recipe, two or more, that have nothing but it in common: what branches off another run, or starts as one
// of them does, is left out.
using Repeats = std::vector<RunResiduals>;

std::vector<Repeats> repeats_among(const std::vector<RunResiduals>& runs) {
  std::vector<Curve> curves;
  for (const RunResiduals& one : runs) curves.push_back(*one.run->curve);
  const std::vector<std::size_t> recipes = recipes_of(curves);
  std::vector<Repeats> groups(runs.size());
  for (std::size_t r = 0; r < runs.size(); ++r) {
    Repeats& group = groups[recipes[r]];
    const bool starts_alike = std::any_of(
        group.begin(), group.end(), [&](const RunResiduals& other) { return same_start(*runs[r].run, *other.run); });
    if (curves[r].branch_of.empty() && !starts_alike) group.push_back(runs[r]);
  }
  std::erase_if(groups, [](const Repeats& group) { return group.size() < 2; });
  return groups;
}

// The mean of a run's residuals from one step to another; the law's misfit differs along a run.
std::optional<double> mean_residual(const RunResiduals& one, Step first, Step last) {
  double sum = 0;
  std::size_t count = 0;
  for (std::size_t i = 0; i < one.residuals.size(); ++i) {
    if (one.run->steps[i] < first || one.run->steps[i] > last) continue;
    sum += one.residuals[i];
    ++count;
  }
  if (count == 0) return {};
  return sum / static_cast<double>(count);
}

// The mean residuals of repeats over the steps that all of them were logged at; none if they were not.
std::vector<double> mean_residuals(const Repeats& group) {
  Step first = 0, last = std::numeric_limits<Step>::max();
  for (const RunResiduals& one : group) {
    first = std::max(first, one.run->steps.front());
    last = std::min(last, one.run->steps.back());
  }
  std::vector<double> means;
  for (const RunResiduals& one : group) {
    const std::optional<double> mean = mean_residual(one, first, last);
    if (!mean) return {};
    means.push_back(*mean);
  }
  return means;
}

// How far runs of one recipe lie from their mean.
struct RepeatSpread {
  double squares = 0;  // summed over the runs [nats^2]
  std::size_t runs = 0, recipes = 0;

  double degrees_of_freedom() const { return static_cast<double>(runs - recipes); }
};

RepeatSpread spread_of_repeats(std::span<const Observations> observations, std::span<const double> residuals) {
  RepeatSpread out;
  for (const Repeats& group : repeats_among(by_run(observations, residuals))) {
    const std::vector<double> means = mean_residuals(group);
    if (means.empty()) continue;
    const double centre = std::accumulate(means.begin(), means.end(), 0.0) / static_cast<double>(means.size());
    for (const double mean : means) out.squares += (mean - centre) * (mean - centre);
    out.runs += means.size();
    ++out.recipes;
  }
  return out;
}

// What the law leaves of a run that it was not fitted to, inside the range of the training runs: for public runs left
// out in turn, of the size below where training runs are met exactly, and larger where they are not. The part of it by
// which seeds differ goes by the training runs that repeat a recipe, as far as there are any (docs/models.md).
NoiseParameter run_offset(std::span<const Observations> observations, std::span<const double> residuals) {
  constexpr double kRunsLeftOut = 2.3e-3;             // nats
  constexpr double kOfResiduals = 0.48;               // of the training runs' typical residual
  constexpr double kSeeds = 1e-3, kSeedsFreedom = 4;  // their part by default [nats], and what it weighs
  const double typical = kOfResiduals * typical_residual(observations, residuals);
  const RepeatSpread repeats = spread_of_repeats(observations, residuals);
  const double seeds =
      (kSeedsFreedom * kSeeds * kSeeds + repeats.squares) / (kSeedsFreedom + repeats.degrees_of_freedom());
  NoiseParameter out{std::sqrt(kRunsLeftOut * kRunsLeftOut + typical * typical + (seeds - kSeeds * kSeeds)), true,
                     "0.0023 nats, by which public runs left out of a fit differ from its law, and 0.48 of the "
                     "training runs' typical residual"};
  if (repeats.runs > 0)
    out.source += fmt::format("; the part of seeds is from {} runs that repeat {}", repeats.runs,
                              counted(repeats.recipes, "recipe"));
  return out;
}

}  // namespace

double typical_residual(std::span<const Observations> observations, std::span<const double> residuals) {
  std::vector<double> sizes;
  std::size_t row = 0;
  for (const Observations& one : observations) {
    double squares = 0;
    for (const double residual : residuals.subspan(row, one.steps.size())) squares += residual * residual;
    sizes.push_back(std::sqrt(squares / static_cast<double>(one.steps.size())));
    row += one.steps.size();
  }
  return median_of(sizes);
}

Noise estimate_noise(const FitProblem& problem, std::span<const double> parameters, std::span<const double> residuals) {
  const SdeModel& model = *problem.model;
  const std::span<const Observations> observations = problem.observations;
  std::vector<FastNoise> fast;
  std::vector<double> shifts;
  std::size_t row = 0;
  for (std::size_t c = 0; c < observations.size(); ++c) {
    const Observations& one = observations[c];
    const auto states = states_of(model, one, parameters, residuals.subspan(row, one.steps.size()));
    row += one.steps.size();
    collect_fast_noise(one, states, fast);

    bool independent = one.curve->branch_of.empty();
    for (std::size_t other = 0; other < c; ++other) independent = independent && !same_start(one, observations[other]);
    if (!independent || states.size() < kTransient) continue;
    // The time shift that best explains the first residuals: r = slope x shift.
    double product = 0, square = 0;
    for (int i = 0; i < kTransient; ++i) {
      const double slope = model.signal_slope(parameters, states[static_cast<std::size_t>(i)].river);
      product += slope * states[static_cast<std::size_t>(i)].loss_residual;
      square += slope * slope;
    }
    if (square > 0) shifts.push_back(product / square);  // a run whose clock hardly moves tells no shift
  }

  Noise noise;
  estimate_fast_noise(model, parameters, fast, noise);

  // The default counts as two starts beside those seen.
  constexpr double kDefaultWeight = 2;
  const double default_shift = kDefaultStartupShift / problem.reference.steps;
  noise.startup_shift = {default_shift, false, "default: public runs of 25M and 100M parameters"};
  if (shifts.size() >= 2) {
    double mean = 0, spread = 0;
    for (const double shift : shifts) mean += shift / static_cast<double>(shifts.size());
    for (const double shift : shifts) spread += (shift - mean) * (shift - mean);
    const double variance = (kDefaultWeight * default_shift * default_shift + spread) /
                            (kDefaultWeight + static_cast<double>(shifts.size()) - 1);
    noise.startup_shift = {
        std::sqrt(variance), true,
        fmt::format("time shifts of {} independent starts, with the default as two more", shifts.size())};
  }
  noise.run_offset = run_offset(observations, residuals);
  noise.river_noise = {0.0, false, "default: single runs cannot tell it from misfit"};
  return noise;
}

}  // namespace losscast
