#include "divergence.hpp"

#include "block_length.hpp"
#include "check_tails.hpp"
#include "floating_point_environment.hpp"
#include "losscast/engine/parallel.hpp"
#include "replicates.hpp"

namespace losscast {
namespace {

// The same share of divergence in every draw has each draw as often among the particles that diverged.
std::vector<double> by_draw(const SplittingRun& run, std::size_t draws) {
  std::vector<double> out(draws, 0.0);
  if (run.diverged.empty()) return out;
  const double one = probability_of(run) * static_cast<double>(draws) / static_cast<double>(run.diverged.size());
  for (const BarrierParticle& particle : run.diverged) out[static_cast<std::size_t>(particle.draw)] += one;
  return out;
}

Divergence divergence_of(const EnsembleRequest& request, const TailChain& chain, const TailEffort& effort) {
  const std::int64_t particles = effort.particles / kTailReplicates;
  const SplitDivergence split = split_divergence(chain, plan_splitting(chain, particles), particles, request.threads);
  const MeanOfReplicates mean = mean_of_replicates(split.probability);
  Divergence out;
  out.probability.value = mean.value;
  out.probability.standard_error = mean.standard_error;
  out.probability.path_steps = split.updates;
  out.probability.method = split.plan.levels.size() > 1 ? TailMethod::splitting : TailMethod::plain;
  if (mean.standard_error > 0) {
    const double paths = mean.value * (1 - mean.value) / (mean.standard_error * mean.standard_error);
    const double steps_of_a_path = static_cast<double>(chain.rows.size()) * request.model->states();
    out.probability.reduction = paths * steps_of_a_path / static_cast<double>(split.updates);
    out.reduction_of_mode = paths * split.plan.updates_of_a_path / static_cast<double>(split.updates);
  }
  out.levels.assign(split.plan.levels.begin(), split.plan.levels.end());
  return out;
}

}  // namespace

SplitDivergence split_divergence(const TailChain& chain, const SplittingPlan& plan, std::int64_t particles,
                                 int threads) {
  SplitDivergence out;
  out.plan = plan;
  std::vector<SplittingRun> runs(kTailReplicates);
  parallel_for(kTailReplicates, threads, [&](std::int64_t r) {
    runs[static_cast<std::size_t>(r)] = split(chain, out.plan.levels, particles, static_cast<std::uint64_t>(r));
  });
  out.updates = out.plan.updates;
  for (const SplittingRun& run : runs) {
    out.probability.push_back(probability_of(run));
    out.of_draw.push_back(by_draw(run, chain.norm0.size()));
    out.updates += run.updates;
  }
  return out;
}

std::vector<Divergence> divergence(const EnsembleRequest& request, const TailEffort& effort) {
  EnsembleRequest whole = request;
  whole.record_steps.clear();
  check_divergence(whole, effort);
  const FloatingPointEnvironment environment;
  const Step block = choose_block(whole).block;
  std::vector<Divergence> out;
  for (std::size_t s = 0; s < whole.schedules.size(); ++s)
    out.push_back(divergence_of(whole, make_tail_chain(whole, block, s), effort));
  return out;
}

}  // namespace losscast
