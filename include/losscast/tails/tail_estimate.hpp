/// \file
/// Estimates of rare events of runs with spikes: divergence, spikes, and the upper tail of the final loss. Each has an
/// error of its own, and the same bits on any number of threads. Probabilities have no bias; the bias of a quantile and
/// of a tail mean is of the order of their squared error. Method, formulas and sources: docs/rare_events.md.
#pragma once

#include <cstdint>

namespace losscast {

/// An estimate is made of this many independent parts, whose spread gives its error. With this many, a normal interval
/// of 1.96 standard errors covers 94% (Student's t), and a little less if the parts are skew.
inline constexpr int kTailReplicates = 32;

/// How an estimate was made.
enum class TailMethod {
  plain,              ///< no lever: a pilot found that none would help, or none did
  splitting,          ///< particles of the barrier's mode that come beyond a level start anew from there
  common_late_jumps,  ///< jumps that still matter at the end are made frequent, and weighted
};
/// Returns the method in words: "plain", "splitting" or "common late jumps".
const char* tail_method_name(TailMethod method);

/// An estimate and its error. Value and error are probabilities, or in nats.
struct TailEstimate {
  double value = 0;             ///< the estimate
  double standard_error = 0;    ///< of one standard deviation
  std::int64_t path_steps = 0;  ///< updates of one state that it took, the pilot's among them
  double reduction = 0;  ///< path-steps of plain simulation for the same error over these; 0 where the error is 0
  TailMethod method = TailMethod::plain;  ///< how it was made
};

/// How much work goes into the parts that need no whole path.
struct TailEffort {
  /// Particles of the barrier's mode on each level, over all parts; the tail of a loss takes fewer if that pays.
  std::int64_t particles = 4'096;
  std::int64_t jump_samples = 524'288;  ///< samples of what the jumps add to a final loss, over all parts
  /// Jumps that these samples may have between them, about: where a run has so many jumps that they would have more,
  /// there are fewer samples.
  std::int64_t jump_updates = std::int64_t{1} << 26;
};

}  // namespace losscast
