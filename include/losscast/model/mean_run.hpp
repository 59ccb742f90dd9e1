/// \file
/// The noise-free law of a model across a run, update by update, and its derivatives by each update: what a dynamics
/// adds to MeanLaw (mean_law.hpp).
#pragma once

#include <span>

#include "losscast/model/reference.hpp"

namespace losscast {

/// The updates of a run as a path with one draw of the parameters meets them; a value each.
struct Updates {
  Reference reference;                 ///< the scales of the training runs
  double bias = 0;                     ///< what weight decay adds to the loss [nats]
  std::span<const double> lrs;         ///< eta
  std::span<const double> clock;       ///< clock time without the norm: (eta / ref)^p / S
  std::span<const double> level;       ///< (eta / ref)^(p q), q = level_power
  std::span<const double> log_level;   ///< ln (eta / ref)^p
  std::span<const double> saturation;  ///< (eta / ref w^saturation_decay)^1.5
  std::span<const double> norm;        ///< squared weight norm halfway through the update
};

/// Keeps what the way back needs, and its memory for the next run. Not to be called by two threads at a time.
class MeanRun {
 public:
  /// Runs are deleted through their base.
  virtual ~MeanRun() = default;

  /// Loss after the updates, for a draw of the parameters [nats].
  virtual double forwards(const Updates& updates, std::span<const double> parameters) = 0;

  /// Goes back over the run that went forwards last: adds to lr_bar[s] and norm_bar[s] the derivatives of the loss by
  /// LR and norm of update s, the norms being given. Where an LR is 0, the derivative is the one from above.
  virtual void backwards(const Updates& updates, std::span<double> lr_bar, std::span<double> norm_bar) = 0;
};

}  // namespace losscast
