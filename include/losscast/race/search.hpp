/// \file
/// The search for the best schedule of a whole space, and how sure its answer is.
#pragma once

#include "losscast/engine/execution.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/race/search_result.hpp"
#include "losscast/space/candidates.hpp"

namespace losscast {

/// If the objective is the mean, with or without jumps, each candidate has an exact value for each parameter draw, up
/// to the error of its blocks, and the units of the race are draws. Any other objective takes paths in few blocks, and
/// the winner is certified on fresh random numbers. Where divergence has a cost, a candidate's value, and each of its
/// units, is higher by what it comes to for its schedule: a constant, which widens no interval. SearchRounds is the
/// same search in parts. Throws InputError for a barrier, for a delta that is not positive or that the blocks cannot
/// resolve, for a confidence or a level outside (0, 1), for too few paths, for several horizons if the objective takes
/// paths, and if no candidate exists.
SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution, SearchObserver& observer);

/// The same search, which nobody watches.
SearchResult search(const CandidateList& candidates, const LossSde& sde, const SearchOptions& options,
                    const Execution& execution = {});

}  // namespace losscast
