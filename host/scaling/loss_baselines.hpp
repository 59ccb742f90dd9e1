// Simpler ways to foretell the final loss, to compare with.
#pragma once

#include <span>
#include <vector>

#include "losscast/scaling/finished_run.hpp"

namespace losscast {

// The losses of `asked` by E + A/params^a + B/tokens^b, robustly fitted to the runs that did not diverge.
std::vector<double> power_law_losses(std::span<const FinishedRun> runs, std::span<const FinishedRun> asked);

// The loss of the run that is nearest to each of `asked` in ln of size, tokens, batch and LR, by the one of six metrics
// that turns out best for them.
std::vector<double> neighbour_losses(std::span<const FinishedRun> runs, std::span<const FinishedRun> asked);

}  // namespace losscast
