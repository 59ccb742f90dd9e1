// The smallest difference that a search tells apart.
#pragma once

#include <optional>
#include <string>

#include "losscast/model/loss_sde.hpp"
#include "losscast/space/candidates.hpp"
#include "race/exact_means.hpp"

namespace losscast {

inline constexpr int kCoarsestBlocks = 16, kFinestBlocks = 256;  // of a segment

struct Resolution {
  double delta = 0;  // the smallest difference that matters [nats]
  std::string delta_source;
  int blocks_per_segment = 0;  // of every schedule
  double unit_error = 0;       // of the difference of two candidates' means, by their blocks [nats]
};

// Returns delta, by default the noise of a run, and so many blocks that they resolve it. Throws InputError if a run has
// no noise, if no number of blocks suffices, and if no candidate exists.
Resolution find_resolution(std::optional<double> delta, const CandidateList& candidates, const LossSde& sde,
                           ExactMeans& means, int threads);

}  // namespace losscast
