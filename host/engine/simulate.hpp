// The simulation itself: workers take one chunk of a request after another.
#pragma once

#include <memory>
#include <vector>

#include "engine/worker.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast {

// All schedules of a request, in blocks of `block` steps, on these workers of the processor. An error of a worker, such
// as the DeviceError of a GPU that was lost, is thrown again once the others have finished the chunk that they are at.
EnsembleResult simulate(const EnsembleRequest& request, const Processor& processor, Step block,
                        const std::vector<std::unique_ptr<EnsembleWorker>>& workers);

}  // namespace losscast
