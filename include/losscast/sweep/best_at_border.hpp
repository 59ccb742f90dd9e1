/// \file
/// Whether the best candidate has a weight decay or a batch size at the border of what was searched or trained.
#pragma once

#include <string>
#include <vector>

#include "losscast/fit/fit.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/space/space.hpp"

namespace losscast {

/// Says of each of `weight_decay` and `batch` that the candidate's family searches over whether the candidate has its
/// smallest or largest value: by what was searched, where it lies within 2% of the axis from its end, or by what the
/// training runs had, where it is at the end of their range or beyond it. The best value then is known from one side
/// only: "the best batch, 1024, is the largest searched: a larger one may be better". Where the training runs had one
/// value only, or none is known, it says that. Empty if nothing of this holds.
std::vector<std::string> best_at_border(const SearchSpace& space, const Fit& fit, const Candidate& best);

}  // namespace losscast
