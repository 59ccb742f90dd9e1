#include "tails/split_divergence.hpp"

#include "losscast/base/parallel.hpp"

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

}  // namespace losscast
