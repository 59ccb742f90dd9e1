#include "losscast/tails/divergence.hpp"

#include "tails/split_divergence.hpp"

#include "base/floating_point_environment.hpp"
#include "engine/block_length.hpp"
#include "losscast/base/parallel.hpp"
#include "tails/check_tails.hpp"
#include "tails/replicates.hpp"

namespace losscast {
namespace {

Divergence divergence_of(const TailChain& chain, int states, int threads, const TailEffort& effort) {
  const std::int64_t particles = effort.particles / kTailReplicates;
  const SplitDivergence split = split_divergence(chain, plan_splitting(chain, particles), particles, threads);
  const MeanOfReplicates mean = mean_of_replicates(split.probability);
  Divergence out;
  out.probability.value = mean.value;
  out.probability.standard_error = mean.standard_error;
  out.probability.path_steps = split.updates;
  out.probability.method = split.plan.levels.size() > 1 ? TailMethod::splitting : TailMethod::plain;
  if (mean.standard_error > 0) {
    const double paths = mean.value * (1 - mean.value) / (mean.standard_error * mean.standard_error);
    const double steps_of_a_path = static_cast<double>(chain.rows.size()) * states;
    out.probability.reduction = paths * steps_of_a_path / static_cast<double>(split.updates);
    out.reduction_of_mode = paths * split.plan.updates_of_a_path / static_cast<double>(split.updates);
  }
  out.levels.assign(split.plan.levels.begin(), split.plan.levels.end());
  return out;
}

}  // namespace

std::vector<Divergence> divergence(const LossSde& sde, const PathRequest& request, int threads,
                                   const TailEffort& effort) {
  check_divergence(sde, request, effort);
  const FloatingPointEnvironment environment;
  const Step block = choose_block(sde, request, threads).block;
  std::vector<Divergence> out;
  for (std::size_t s = 0; s < request.recipes.size(); ++s)
    out.push_back(divergence_of(make_tail_chain(sde, request, block, s), sde.model->states(), threads, effort));
  return out;
}

}  // namespace losscast
