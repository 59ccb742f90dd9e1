#include "losscast/tails/divergence_law.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "losscast/model/coarse_table.hpp"
#include "losscast/model/weight_norm.hpp"
#include "tails/barrier_density.hpp"
#include "tails/check_tails.hpp"

namespace losscast {
namespace {

// Weights find their norm within 1 / (2 weight decay LR) updates, during which the effective LR may be far above what
// it comes to. A segment of N such times needs blocks at its beginning that are shorter than one: of n blocks the first
// takes a share of (pi / 2n)^2, and is to be a thirty-second of such a time at most.
int blocks_per_segment(const LossSde& sde, const Recipe& recipe) {
  constexpr int kFewest = 16, kMost = 512;
  constexpr double kPi = 3.14159265358979323846, kOfATime = 1.0 / 32;
  if (sde.model->effective_lr().weight_norm == EffectiveLr::WeightNorm::none) return kFewest;
  const StepValues decay = weight_decay_of(recipe, sde.weight_decay);
  const std::vector<Step> borders = breakpoints(recipe);
  double times = 0;
  for (std::size_t i = 1; i < borders.size(); ++i)
    times = std::max(times, 2 * decay.at(borders[i - 1]) * static_cast<double>(borders[i] - borders[i - 1]));
  times *= recipe.peak_lr();
  int blocks = kFewest;
  while (blocks < kMost && kPi * kPi / 4 * times > kOfATime * blocks * blocks) blocks *= 2;
  return blocks;
}

BlockTable table_of(const LossSde& sde, const Recipe& recipe) {
  return make_coarse_table(recipe, sde.model->effective_lr(), sde.reference, sde.weight_decay,
                           blocks_per_segment(sde, recipe));
}

// The sum of the effective LR over a block's updates, for a draw of the parameters.
double sum_of_x(const LossSde& sde, const Block<double>& block, const std::vector<double>& draw) {
  const double norm = norm_in(block, sde.model->initial_norm(draw));
  return sde.reference.steps * block.clock / std::sqrt(norm);
}

// Those in the middle of as many equal parts as there are lanes, ordered by their clock after some steps at the
// reference LR, in which the weights have not yet found their norm.
std::vector<std::vector<double>> typical_draws(const LossSde& sde) {
  constexpr Step kSteps = 1000;
  const BlockTable table = table_of(sde, Schedule({{.end = kSteps, .span = kSteps, .from = sde.reference.lr}}));
  std::vector<std::pair<double, std::size_t>> clocks;
  for (std::size_t d = 0; d < sde.draws.size(); ++d) {
    double clock = 0;
    for (const Block<double>& block : table.blocks) clock += sum_of_x(sde, block, sde.draws[d]);
    clocks.emplace_back(clock, d);
  }
  std::sort(clocks.begin(), clocks.end());
  std::vector<std::vector<double>> out;
  for (std::size_t lane = 0; lane < BarrierDensity::kLanes; ++lane)
    out.push_back(sde.draws[clocks[(2 * lane + 1) * clocks.size() / (2 * BarrierDensity::kLanes)].second]);
  return out;
}

// The mean of (eta / ref)^(r - 1) over the clock time of each block: by what the strain is more than the effective LR.
std::vector<double> mean_strains(const LossSde& sde, const Recipe& recipe, std::size_t blocks) {
  const double power = sde.model->effective_lr().lr_power, more = sde.spikes.barrier_exponent - 1;
  if (more == 0) return std::vector<double>(blocks, 1.0);
  const int per_segment = blocks_per_segment(sde, recipe);
  std::vector<double> strains = coarse_power_sums(recipe, sde.reference.lr, power + more, per_segment);
  const std::vector<double> clocks = coarse_power_sums(recipe, sde.reference.lr, power, per_segment);
  for (std::size_t b = 0; b < strains.size(); ++b) strains[b] = clocks[b] > 0 ? strains[b] / clocks[b] : 1;
  return strains;
}

struct CoarseRun {
  std::vector<Step> edges;
  std::vector<BarrierDensity::Stretch> stretches;
};

CoarseRun coarse_run(const LossSde& sde, const Recipe& recipe, const std::vector<std::vector<double>>& draws) {
  const BlockTable table = table_of(sde, recipe);
  const std::vector<double> strains = mean_strains(sde, recipe, table.blocks.size());
  CoarseRun run{table.edges, {}};
  for (std::size_t b = 0; b < table.blocks.size(); ++b) {
    BarrierDensity::Stretch& stretch = run.stretches.emplace_back();
    stretch.steps = static_cast<double>(table.edges[b + 1] - table.edges[b]);
    for (std::size_t lane = 0; lane < BarrierDensity::kLanes; ++lane)
      stretch.strain[lane] = strains[b] * sum_of_x(sde, table.blocks[b], draws[lane]) / stretch.steps;
  }
  return run;
}

double mean_of_lanes(const BarrierDensity::Lanes<double>& lanes) {
  return std::accumulate(lanes.begin(), lanes.end(), 0.0) / static_cast<double>(lanes.size());
}

}  // namespace

struct DivergenceLaw::Parts {
  LossSde sde;
  BarrierDensity density;
  std::vector<std::vector<double>> draws;  // one a lane
};

DivergenceLaw::DivergenceLaw(const LossSde& sde) {
  check_barrier(sde.spikes);
  parts_.reset(new Parts{sde, BarrierDensity(sde.spikes), typical_draws(sde)});
}

DivergenceLaw::~DivergenceLaw() = default;
DivergenceLaw::DivergenceLaw(DivergenceLaw&&) noexcept = default;

double DivergenceLaw::probability(const Recipe& recipe) const {
  return mean_of_lanes(parts_->density.divergence(coarse_run(parts_->sde, recipe, parts_->draws).stretches));
}

std::vector<DivergedBy> DivergenceLaw::by_time(const Recipe& recipe) const {
  const CoarseRun run = coarse_run(parts_->sde, recipe, parts_->draws);
  std::vector<DivergedBy> out;
  double so_far = 0;
  for (std::size_t count = 1; count <= run.stretches.size(); ++count) {
    const double probability = mean_of_lanes(parts_->density.divergence(std::span(run.stretches).first(count)));
    so_far = std::max(so_far, probability);  // the method's own error must not bring a run back
    out.push_back({run.edges[count], so_far});
  }
  return out;
}

}  // namespace losscast
