// Fixed-effort multilevel splitting of the barrier's mode on |z| (Garvels 2000; Glasserman, Heidelberger, Shahabuddin &
// Zajic 1999): particles start anew, on random numbers of their own, from where others first came beyond a level. The
// product of the shares that come from each level to the next has the probability of divergence as its expectation,
// whatever the levels.
#pragma once

#include <cstdint>
#include <vector>

#include "tails/tail_chain.hpp"

namespace losscast {

struct SplittingPlan {
  std::vector<float> levels;          // ascending; the limit last
  double updates_of_a_path = 0;       // on average, of the mode without splitting
  double updates_of_a_particle = 0;   // over all levels
  double variance_of_a_particle = 0;  // of P(diverge): the pilot's estimate of a replicate's, times its particles
  std::int64_t updates = 0;           // that the pilot took
};

// Chooses the levels by a pilot of `particles` particles: each level is set so that a fifth of the particles that came
// beyond the last one come beyond it (adaptive multilevel splitting, Cerou & Guyader 2007). The plan has the limit
// alone if splitting does not pay by the pilot's variance times updates. That happens if one block moves the mode over
// several levels, so that little is gained by starting anew.
SplittingPlan plan_splitting(const TailChain& chain, std::int64_t particles);

struct SplittingRun {
  std::vector<double> shares;             // that came to each level from the one before; ends at a share of 0
  std::vector<BarrierParticle> diverged;  // those that came to the last one
  std::int64_t updates = 0;
};

// One replicate: independent of others.
SplittingRun split(const TailChain& chain, const std::vector<float>& levels, std::int64_t particles,
                   std::uint64_t replicate);

// The product of the shares.
double probability_of(const SplittingRun& run);

// Particles at the start, their draws stratified: by number, in equal parts.
std::vector<BarrierParticle> start_particles(const TailChain& chain, std::int64_t particles, std::uint64_t replicate);

// Moves particles until |z| > level or the run ends, on the random numbers of `stage`, the number of the level that
// they start from (0: z = 0). Returns how many updates that took.
std::int64_t move_particles(const TailChain& chain, Stream stream, std::uint64_t replicate, std::uint32_t stage,
                            float level, std::vector<BarrierParticle>& particles);

// Those beyond a level, in the order of the blocks in which they came there.
std::vector<BarrierParticle> beyond(float level, const std::vector<BarrierParticle>& particles);

// `count` copies of them, each as often as any other or once more, with equal expectation (systematic resampling).
std::vector<BarrierParticle> resample(const std::vector<BarrierParticle>& from, std::int64_t count, double offset);

}  // namespace losscast
