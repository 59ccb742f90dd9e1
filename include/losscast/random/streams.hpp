/// \file
/// The independent uses of random numbers. Each has a stream of its own, so that drawing more or less for one purpose
/// changes nothing in another.
#pragma once

#include <cstdint>

namespace losscast {

/// The values are part of the meaning of a seed: never renumber, only append, at most 256 in all.
enum class Stream : std::uint32_t {
  noise = 0,        ///< the increments of the paths, in search and forecast
  parameters = 1,   ///< draws from the posterior of a fit
  start_up = 2,     ///< the start-up shift of a path
  offset = 3,       ///< the run offset of a path
  search = 4,       ///< which candidates a random search proposes
  certify = 5,      ///< fresh increments for paths that certify a winner
  jumps = 6,        ///< times and sizes of spikes
  observation = 7,  ///< noise of single logged points
  pilot = 8,        ///< seeds of pilot runs
  posterior = 9,    ///< the walkers that sample the posterior of a fit
  scaling = 10,     ///< shifts of models, and centres of priors, in the draws of a scaling law
  escape = 11,      ///< the gradient noise of SGD in a double well
  weights = 12,     ///< weights of networks, and inputs of those that are only measured
  batches = 13,     ///< what a trained network sees

  levels = 16,      ///< the pilot that chooses levels of splitting
  splitting = 17,   ///< the barrier's mode of split paths
  resampling = 18,  ///< which of them are split
  tail_jumps = 19,  ///< jumps that are sampled apart from their paths
};

}  // namespace losscast
