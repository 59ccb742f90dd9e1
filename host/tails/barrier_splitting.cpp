#include "tails/barrier_splitting.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "losscast/random/counter.hpp"
#include "losscast/random/uniform.hpp"

namespace losscast {
namespace {

constexpr double kShare = 0.2;  // of particles that are to come from a level to the next
constexpr std::size_t kMostLevels = 100;
constexpr std::uint64_t kPilot = std::numeric_limits<std::uint32_t>::max();  // its number as a replicate

double uniform(const TailChain& chain, std::uint64_t replicate, std::uint32_t stage, std::uint32_t number) {
  return static_cast<double>(
      open_uniform(random_bits(chain.seed, Stream::resampling, replicate, number, stage).word[0]));
}

// The level that a share of the particles comes beyond, by the farthest that each has been: the limit, if that is no
// less, or if it tells none from the others.
float level_of_share(const std::vector<BarrierParticle>& particles, float limit) {
  std::vector<float> farthest;
  for (const BarrierParticle& one : particles) farthest.push_back(one.farthest);
  const auto place =
      farthest.begin() + static_cast<std::ptrdiff_t>((1 - kShare) * static_cast<double>(farthest.size()));
  std::nth_element(farthest.begin(), place, farthest.end());
  const float level = *place, highest = *std::max_element(place, farthest.end());
  return level < limit && level < highest ? level : limit;
}

// The relative variance of a probability whose particles that arrived descend from these ancestors: the sum of the
// squares of the ancestors' shares (Chan & Lai 2013; Lee & Whiteley 2018). Overshoots that carry a few ancestors over
// several levels show in it.
double relative_variance(const std::vector<BarrierParticle>& arrived) {
  std::map<int, double> descendants;
  for (const BarrierParticle& one : arrived) descendants[one.ancestor] += 1 / static_cast<double>(arrived.size());
  double sum = 0;
  for (const auto& [ancestor, share] : descendants) sum += share * share;
  return sum;
}

}  // namespace

std::vector<BarrierParticle> start_particles(const TailChain& chain, std::int64_t particles, std::uint64_t replicate) {
  const auto draws = static_cast<double>(chain.norm0.size());
  std::vector<BarrierParticle> out(static_cast<std::size_t>(particles));
  for (std::size_t i = 0; i < out.size(); ++i) {
    const double place = static_cast<double>(i) + uniform(chain, replicate, 0, static_cast<std::uint32_t>(i));
    const auto draw = static_cast<std::size_t>(place * draws / static_cast<double>(particles));
    out[i].draw = static_cast<int>(std::min(draw, chain.norm0.size() - 1));
    out[i].ancestor = static_cast<int>(i);
  }
  return out;
}

std::int64_t move_particles(const TailChain& chain, Stream stream, std::uint64_t replicate, std::uint32_t stage,
                            float level, std::vector<BarrierParticle>& particles) {
  BarrierArguments a;
  a.rows = chain.rows.data();
  a.block_begin = chain.block_begin.data();
  a.blocks = static_cast<int>(chain.rows.size());
  a.norm0 = chain.norm0.data();
  a.weight_norm = chain.weight_norm;
  a.spikes = chain.spikes;
  a.seed = chain.seed;
  a.stream = stream;
  a.group = stage;
  RunBarrierTile* const run_tile = barrier_chain(choose_isa());
  std::int64_t updates = 0;
  for (std::size_t first = 0; first < particles.size(); first += kCpuTilePaths) {
    const auto count = static_cast<int>(std::min<std::size_t>(kCpuTilePaths, particles.size() - first));
    a.first_path = replicate << 32 | first;
    updates += run_tile(a, level, particles.data() + first, count);
  }
  return updates;
}

std::vector<BarrierParticle> beyond(float level, const std::vector<BarrierParticle>& particles) {
  std::vector<BarrierParticle> out;
  for (const BarrierParticle& one : particles)
    if (std::abs(one.mode) > level) out.push_back(one);
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return a.block < b.block; });
  return out;
}

std::vector<BarrierParticle> resample(const std::vector<BarrierParticle>& from, std::int64_t count, double offset) {
  std::vector<BarrierParticle> out;
  const double share = static_cast<double>(from.size()) / static_cast<double>(count);
  for (std::int64_t i = 0; i < count; ++i) {
    const auto parent = static_cast<std::size_t>((static_cast<double>(i) + offset) * share);
    out.push_back(from[std::min(parent, from.size() - 1)]);
  }
  return out;
}

SplittingPlan plan_splitting(const TailChain& chain, std::int64_t particles) {
  const float limit = chain.spikes.barrier_limit;
  const auto number = static_cast<double>(particles);
  SplittingPlan plan;
  double probability = 1;
  std::int64_t plain_updates = 0, split_updates = 0;
  std::vector<BarrierParticle> entrances = start_particles(chain, particles, kPilot), diverged;
  for (std::uint32_t stage = 0;; ++stage) {
    std::vector<BarrierParticle> to_the_end = entrances;
    const std::int64_t updates = move_particles(chain, Stream::levels, kPilot, stage, limit, to_the_end);
    plan.updates += updates;
    if (stage == 0) plain_updates = updates;
    const float level = level_of_share(to_the_end, limit);
    if (level == limit || plan.levels.size() == kMostLevels) {
      diverged = beyond(limit, to_the_end);
      split_updates += updates;
      break;
    }
    // The same random numbers again, up to the level: a particle's state there need not be kept on the way.
    const std::int64_t again = move_particles(chain, Stream::levels, kPilot, stage, level, entrances);
    plan.updates += again;
    split_updates += again;
    const std::vector<BarrierParticle> entered = beyond(level, entrances);
    probability *= static_cast<double>(entered.size()) / number;
    plan.levels.push_back(level);
    entrances = resample(entered, particles, uniform(chain, kPilot, stage + 1, 0));
  }
  plan.updates_of_a_path = static_cast<double>(plain_updates) / number;
  probability *= static_cast<double>(diverged.size()) / number;
  const double plain_variance = (1 - probability) / (probability * number);
  const double split_variance = relative_variance(diverged);
  const bool pays = diverged.empty() || plain_variance * static_cast<double>(plain_updates) >
                                            split_variance * static_cast<double>(split_updates);
  if (!pays) plan.levels.clear();
  plan.updates_of_a_particle = static_cast<double>(pays ? split_updates : plain_updates) / number;
  if (!diverged.empty())
    plan.variance_of_a_particle = probability * probability * number * (pays ? split_variance : plain_variance);
  plan.levels.push_back(limit);
  return plan;
}

SplittingRun split(const TailChain& chain, const std::vector<float>& levels, std::int64_t particles,
                   std::uint64_t replicate) {
  SplittingRun run;
  std::vector<BarrierParticle> moving = start_particles(chain, particles, replicate);
  for (std::uint32_t stage = 0; stage < levels.size(); ++stage) {
    run.updates += move_particles(chain, Stream::splitting, replicate, stage, levels[stage], moving);
    run.diverged = beyond(levels[stage], moving);
    run.shares.push_back(static_cast<double>(run.diverged.size()) / static_cast<double>(particles));
    if (run.diverged.empty()) break;
    if (stage + 1 < levels.size()) moving = resample(run.diverged, particles, uniform(chain, replicate, stage + 1, 0));
  }
  return run;
}

double probability_of(const SplittingRun& run) {
  double product = 1;
  for (const double share : run.shares) product *= share;
  return product;
}

}  // namespace losscast
