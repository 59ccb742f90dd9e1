// Estimates of rare events of runs with spikes: divergence, spikes, and the upper tail of the final loss. Each has an
// error of its own, and the same bits on any number of threads. Probabilities are without bias; that of a quantile and
// a tail mean is of the order of their squared error. Method, formulas and sources: docs/rare_events.md.
#pragma once

#include <cstdint>

namespace losscast {

// Independent parts of an estimate, between which its error is found. With this many a normal interval of 1.96 standard
// errors covers 94% (Student's t), a little less where parts are skew.
inline constexpr int kTailReplicates = 32;

// How an estimate was made.
enum class TailMethod {
  plain,              // the lever would not have helped, as a pilot found, or did not
  splitting,          // of the barrier's mode
  common_late_jumps,  // jumps that still matter at the end are made common, and weighted
};
// In words: "plain", "splitting" or "common late jumps".
const char* tail_method_name(TailMethod method);

// An estimate and its error. Value and error are probabilities, or in nats.
struct TailEstimate {
  double value = 0;             // the estimate
  double standard_error = 0;    // of one standard deviation
  std::int64_t path_steps = 0;  // updates of one state that it took, the pilot's among them
  double reduction = 0;         // path-steps of plain simulation for the same error over these; 0 where the error is 0
  TailMethod method = TailMethod::plain;  // how it was made
};

// How much work goes into the parts that need no whole path.
struct TailEffort {
  // Of the barrier's mode on each level, over all replicates; for the tail of a loss, where it pays, fewer.
  std::int64_t particles = 4'096;
  std::int64_t jump_samples = 524'288;  // of the jumps' sum, over all replicates
};

}  // namespace losscast
