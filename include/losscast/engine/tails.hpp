// Rare events of runs with spikes: divergence, spikes, and the upper tail of the final loss. For each schedule of a
// request, with an error of its own, and the same bits on any number of threads. Probabilities are without bias; that
// of a quantile and a tail mean is of the order of their squared error. Method, formulas and sources:
// docs/rare_events.md.
//
// The law is that of the engine's paths under the request's draws, those that its `paths` paths take. Of the request,
// `record_steps` and `keep` have no meaning here.
#pragma once

#include <cstdint>
#include <vector>

#include "losscast/engine/ensemble.hpp"

namespace losscast {

// Independent parts of an estimate, between which its error is found. With this many a normal interval of 1.96 standard
// errors covers 94% (Student's t), a little less where parts are skew.
inline constexpr int kTailReplicates = 32;

enum class TailMethod {
  plain,              // the lever would not have helped, as a pilot found, or did not
  splitting,          // of the barrier's mode
  common_late_jumps,  // jumps that still matter at the end are made common, and weighted
};
const char* tail_method_name(TailMethod method);

struct TailEstimate {
  double value = 0;
  double standard_error = 0;    // of one standard deviation
  std::int64_t path_steps = 0;  // updates of one state that it took, the pilot's among them
  double reduction = 0;         // path-steps of plain simulation for the same error over these; 0 where the error is 0
  TailMethod method = TailMethod::plain;
};

// How much work goes into the parts that need no whole path.
struct TailEffort {
  // Of the barrier's mode on each level, over all replicates; for the tail of a loss, where it pays, fewer.
  std::int64_t particles = 4'096;
  std::int64_t jump_samples = 524'288;  // of the jumps' sum, over all replicates
};

// Probability that a path diverges during the run. Plain simulation, for `reduction`, is of whole paths; of the
// barrier's mode alone it would be `reduction_of_mode`. Whole paths are not simulated, `paths` says only which draws
// count. Throws InputError without a barrier, or with too few particles.
struct Divergence {
  TailEstimate probability;
  double reduction_of_mode = 0;
  std::vector<double> levels;  // of |z|, the barrier's limit last: one is plain simulation
};
std::vector<Divergence> divergence(const EnsembleRequest& request, const TailEffort& effort = {});

// Probability that a run has at least one jump, as the engine draws them: 1 - product of (1 - p_b) over its blocks;
// exact. Throws InputError without jumps.
std::vector<double> spike_probability(const EnsembleRequest& request);

// Probability that the final loss exceeds `loss` [nats]; a path that has diverged does. Its error is infinite where so
// few of the calm losses make up the tail that none is known (fewer than 32, counted by weight): take more paths.
// Throws InputError without jumps, or with too few paths, particles or samples.
std::vector<TailEstimate> exceedance(const EnsembleRequest& request, double loss, const TailEffort& effort = {});

// The upper tail of the final loss: its quantile over all paths, a diverged one counting as +infinity, as in
// statistics.hpp, and the mean of the losses beyond it over paths that did not diverge. Both are infinite, with their
// errors, where more paths diverge than may lie beyond the quantile; the quantile's error is infinite where it cannot
// be told from that within one standard error, and that of both as above. Throws InputError as above, and for a
// probability outside (0, 1).
struct LossTail {
  TailEstimate quantile;  // [nats]
  TailEstimate mean;      // [nats]
};
std::vector<LossTail> loss_tail(const EnsembleRequest& request, double probability, const TailEffort& effort = {});

}  // namespace losscast
