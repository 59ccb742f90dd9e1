// Spikes in a document: a table whose keys are the fields of Spikes.
#pragma once

#include "format/document.hpp"
#include "losscast/fit/fitted_hazard.hpp"
#include "losscast/model/spikes.hpp"

namespace losscast {

// Jumps need their rate, their mean size and the LR that the rate is at; the barrier needs its limit and the mode's
// noise. A rate or a limit of 0 switches its part off, whatever else is said of it. Throws InputError naming the place:
// for an unknown key; a value that is no number from 0 to 1e6; a key whose part is not there; what a part needs and
// lacks; and where both parts are off.
Spikes read_spikes(const DocumentNode& table);

// The same, or the word "none", for spikes that are off.
Spikes read_spikes_or_none(const DocumentNode& node);

// Such a table with `jumps_from` where there are jumps and `barrier_from` where there is a barrier: the names of where
// their numbers are from.
FittedHazard read_fitted_hazard(const DocumentNode& table);

}  // namespace losscast
