#include "losscast/tails/loss_tail.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/floating_point_environment.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/engine/ensemble.hpp"
#include "tails/check_tails.hpp"
#include "tails/chosen_tilt.hpp"
#include "tails/loss_law.hpp"
#include "tails/replicates.hpp"
#include "tails/split_divergence.hpp"

namespace losscast {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// The law of one schedule's final loss, and what it took.
struct SampledLaw {
  LossLaw law;
  std::int64_t path_steps;
  double steps_of_a_path;
  TailMethod method;

  // Path-steps of plain simulation over those of this law, where a path has this variance and the result this error.
  double reduction(double variance_of_a_path, double error) const {
    return error > 0 ? variance_of_a_path / (error * error) * steps_of_a_path / static_cast<double>(path_steps) : 0;
  }
};

// The calm losses of all schedules, in the engine's own blocks.
struct CalmRuns {
  std::vector<std::vector<float>> values;
  Step block;
};
CalmRuns run_calm(LossSde sde, const PathRequest& request, const Execution& execution) {
  sde.spikes = {};
  EnsembleRequest calm{request, {}, kNoLevers};  // a law is estimated, not a mean: each path is to have its own draw
  calm.keep = EnsembleRequest::Keep::values;
  EnsembleResult result = run(sde, calm, execution);
  return {std::move(result.values), result.step_error.block};
}

double mean_of_finite(const std::vector<float>& values) {
  double sum = 0, count = 0;
  for (const float value : values) {
    if (!std::isfinite(value)) continue;
    sum += static_cast<double>(value);
    ++count;
  }
  return count > 0 ? sum / count : 0;
}

// The replicate that path i belongs to. With enough draws each replicate has draws of its own, so that replicates are
// independent; fewer draws are the law itself, and each replicate has all of them.
std::size_t replicate_of_path(std::size_t path, std::size_t draws) {
  return draws < kTailReplicates ? path / draws % kTailReplicates : path % draws % kTailReplicates;
}

LossReplicate without_divergence(const std::vector<float>& calm, const JumpTail& jumps) {
  return {{calm.begin(), calm.end()}, std::vector<double>(calm.size(), 1.0), 0, jumps};
}

// What one calm path adds to the variance of P(L > y), by a pilot's samples of the jumps.
double variance_of_calm(const JumpTail& jumps, const std::vector<float>& calm, double y) {
  double sum = 0, squares = 0;
  for (const float value : calm) {
    const double share = jumps.exceedance(y - static_cast<double>(value));
    sum += share;
    squares += share * share;
  }
  const auto n = static_cast<double>(calm.size());
  return std::max(0.0, squares / n - sum / n * (sum / n));
}

// The particles of a replicate that make variance times work least beside the calm paths that there are: work goes
// where roots of variance over cost say. At least a few, at most as many as the effort allows; so many too where the
// pilot saw no divergence, and nothing is known.
std::int64_t worthwhile_particles(const SplittingPlan& plan, double calm_variance, double calm_paths,
                                  double steps_of_a_path, const TailEffort& effort) {
  constexpr double kFewest = 8;
  const double most = static_cast<double>(effort.particles / kTailReplicates);
  const double ratio = plan.variance_of_a_particle * steps_of_a_path / (calm_variance * plan.updates_of_a_particle);
  const double best = calm_paths * std::sqrt(ratio) / kTailReplicates;
  return static_cast<std::int64_t>(best > 0 && best < most ? std::max(kFewest, best) : most);
}

// One schedule of a request: what its law is sampled from.
struct CalmRun {
  const TailChain& chain;
  const std::vector<JumpBlock>& blocks;
  const std::vector<float>& losses;
  double steps_of_a_path;  // updates of one state
  int threads;
};

// How many samples of the jumps a replicate has: fewer than the effort allows where jumps are so many that these would
// take longer than anything else. It begins at a multiple of 4, as samples are numbered.
std::int64_t samples_of_a_replicate(const std::vector<JumpBlock>& blocks, double tilt, const TailEffort& effort) {
  const std::int64_t samples = affordable_samples(blocks, tilt, effort.jump_samples, effort.jump_updates);
  return std::max(samples, kFewestOfAReplicate * kTailReplicates) / kTailReplicates / 4 * 4;
}

SampledLaw sample_law(const CalmRun& run, const ChosenTilt& chosen, double calm_variance, const TailEffort& effort) {
  const auto& [chain, blocks, calm, steps_of_a_path, threads] = run;
  const std::size_t draws = chain.norm0.size();
  std::int64_t path_steps =
      static_cast<std::int64_t>(steps_of_a_path) * static_cast<std::int64_t>(calm.size()) + chosen.updates;

  SplitDivergence diverged{
      {}, std::vector<double>(kTailReplicates, 0.0), std::vector(kTailReplicates, std::vector<double>(draws, 0.0)), 0};
  if (chain.spikes.barrier_limit > 0) {
    const SplittingPlan plan = plan_splitting(chain, effort.particles / kTailReplicates);
    const std::int64_t particles =
        worthwhile_particles(plan, calm_variance, static_cast<double>(calm.size()), steps_of_a_path, effort);
    diverged = split_divergence(chain, plan, particles, threads);
  }
  path_steps += diverged.updates;

  const std::int64_t samples = samples_of_a_replicate(blocks, chosen.tilt, effort);
  std::vector<JumpSamples> jumps(kTailReplicates);
  parallel_for(kTailReplicates, threads, [&](std::int64_t r) {
    jumps[static_cast<std::size_t>(r)] =
        sample_jumps(blocks, chosen.tilt, chain.seed, kTailSamples, r * samples, samples);
  });

  std::vector<LossReplicate> replicates;
  for (std::size_t r = 0; r < kTailReplicates; ++r) {
    path_steps += jumps[r].updates;
    replicates.push_back({{}, {}, diverged.probability[r], JumpTail(blocks, std::move(jumps[r].samples))});
  }
  for (std::size_t path = 0; path < calm.size(); ++path) {
    const std::size_t r = replicate_of_path(path, draws);
    replicates[r].calm.push_back(std::isnan(calm[path]) ? kInfinity : static_cast<double>(calm[path]));
    replicates[r].survival.push_back(1 - diverged.of_draw[r][path % draws]);
  }
  return {LossLaw(std::move(replicates)), path_steps, steps_of_a_path,
          chosen.tilt > 0 ? TailMethod::common_late_jumps : TailMethod::plain};
}

TailEstimate exceedance_of(const SampledLaw& sampled, double loss) {
  std::vector<double> values;
  for (const LossTailParts& parts : sampled.law.of_replicates(loss)) values.push_back(parts.exceedance);
  const MeanOfReplicates mean = mean_of_replicates(values, sampled.law.weights());
  return {mean.value, mean.standard_error, sampled.path_steps,
          sampled.reduction(mean.value * (1 - mean.value), mean.standard_error), sampled.method};
}

// Returns the estimate; its error is infinite, as none is known, if a few calm paths alone make up the tail.
TailEstimate with_known_error(TailEstimate estimate, const SampledLaw& sampled, double y) {
  if (sampled.law.paths_that_count(y) >= kTailReplicates) return estimate;
  estimate.standard_error = kInfinity;
  estimate.reduction = 0;
  estimate.method = TailMethod::plain;
  return estimate;
}

// The error is half the interval between the losses that are exceeded with the probability's one-sigma bounds
// (Woodruff 1952): it needs no density.
TailEstimate quantile_of(const SampledLaw& sampled, double above, double y) {
  if (std::isinf(y)) return {kInfinity, kInfinity, sampled.path_steps, 0, sampled.method};
  TailEstimate out = exceedance_of(sampled, y);
  const double low = sampled.law.quantile_above(std::min(1.0, above + out.standard_error));
  const double high = sampled.law.quantile_above(std::max(0.0, above - out.standard_error));
  out.reduction = sampled.reduction(above * (1 - above), out.standard_error);
  out.value = y;
  out.standard_error = (high - low) / 2;
  return out;
}

// y + A / B with A = E max(L - y, 0) of surviving paths and B = P(y < L < infinity): to first order y does not matter
// (Rockafellar & Uryasev 2000), A and the probability of divergence in B do.
TailEstimate tail_mean_of(const SampledLaw& sampled, double above, double y) {
  const double diverged = sampled.law.divergence(), beyond = above - diverged;
  if (std::isinf(y) || beyond <= 0) return {kInfinity, kInfinity, sampled.path_steps, 0, sampled.method};
  const std::vector<LossTailParts> parts = sampled.law.of_replicates(y);
  const std::span<const double> weights = sampled.law.weights();
  double excess = 0, square = 0;
  for (std::size_t r = 0; r < parts.size(); ++r) {
    excess += weights[r] * parts[r].excess;
    square += weights[r] * parts[r].square_excess;
  }
  const double slope = excess / (beyond * beyond);  // of the mean in the probability of divergence
  std::vector<double> values;
  for (std::size_t r = 0; r < parts.size(); ++r)
    values.push_back(parts[r].excess / beyond + slope * sampled.law.replicates()[r].divergence);
  const double error = mean_of_replicates(values, weights).standard_error;
  const double variance_of_a_path = (square - excess * excess) / (beyond * beyond) +
                                    slope * slope * diverged * (1 - diverged) - 2 * slope * excess / beyond * diverged;
  return {y + excess / beyond, error, sampled.path_steps, sampled.reduction(variance_of_a_path, error), sampled.method};
}

// `estimate(run)` gives one schedule's tail.
template <class Tail, class Estimate>
std::vector<Tail> of_each_schedule(const LossSde& sde, const PathRequest& request, const Execution& execution,
                                   const TailEffort& effort, const Estimate& estimate) {
  check_loss_tail(sde, request, effort);
  const FloatingPointEnvironment environment;
  const CalmRuns calm = run_calm(sde, request, execution);
  std::vector<Tail> out;
  for (std::size_t s = 0; s < request.recipes.size(); ++s) {
    const TailChain chain = make_tail_chain(sde, request, calm.block, s);
    const std::vector<JumpBlock> blocks = jump_blocks(chain.rows);
    const double steps_of_a_path = static_cast<double>(chain.rows.size()) * sde.model->states();
    out.push_back(estimate(CalmRun{chain, blocks, calm.values[s], steps_of_a_path, execution.threads}));
  }
  return out;
}

}  // namespace

std::vector<TailEstimate> exceedance(const LossSde& sde, const PathRequest& request, const Execution& execution,
                                     double loss, const TailEffort& effort) {
  return of_each_schedule<TailEstimate>(sde, request, execution, effort, [&](const CalmRun& run) {
    const double size = std::max(0.0, loss - mean_of_finite(run.losses));
    const ChosenTilt tilt = helpful_tilt(run.blocks, run.chain.seed, size);
    const double variance = variance_of_calm(JumpTail(run.blocks, tilt.samples), run.losses, loss);
    const SampledLaw sampled = sample_law(run, tilt, variance, effort);
    return with_known_error(exceedance_of(sampled, loss), sampled, loss);
  });
}

std::vector<LossTail> loss_tail(const LossSde& sde, const PathRequest& request, const Execution& execution,
                                double probability, const TailEffort& effort) {
  check_probability(probability);
  const double above = 1 - probability;
  return of_each_schedule<LossTail>(sde, request, execution, effort, [&](const CalmRun& run) {
    const ChosenTilt tilt = helpful_tilt_beyond(run.blocks, run.chain.seed, above);
    const JumpTail tried(run.blocks, tilt.samples);
    const double about = LossLaw({without_divergence(run.losses, tried)}).quantile_above(above);
    const double variance = variance_of_calm(tried, run.losses, about);
    const SampledLaw sampled = sample_law(run, tilt, variance, effort);
    const double y = sampled.law.quantile_above(above);
    return LossTail{with_known_error(quantile_of(sampled, above, y), sampled, y),
                    with_known_error(tail_mean_of(sampled, above, y), sampled, y)};
  });
}

}  // namespace losscast
