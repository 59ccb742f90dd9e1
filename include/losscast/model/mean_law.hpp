/// \file
/// The expected final loss as a function of every LR of a run, and its exact gradient.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "losscast/model/loss_sde.hpp"
#include "losscast/model/mean_run.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

/// The noise-free law of a model, update by update (SdeModel::skeleton in blocks of one), averaged over parameter
/// draws. Its gradient is that of the recursion itself, by its adjoint: one pass forwards, one backwards;
/// docs/optimum.md derives it. The same bits for any number of threads. Not to be called by two threads at a time.
class MeanLaw {
 public:
  /// Prepares the law without its noise and barrier: of a run that does not diverge. Jumps add their mean to its loss,
  ///
  ///     E[J] Lambda0 sum of (lr_s / eta_c)^e exp(-k_z (T - 1 - s)).
  ///
  /// `threads` = 0 takes all cores. Precondition: there are draws.
  explicit MeanLaw(const LossSde& sde, int threads = 0);

  /// Takes some of another one's draws, spread evenly over them.
  MeanLaw(const MeanLaw& other, std::size_t draws);

  ~MeanLaw();

  /// Loss after the updates of these LRs [nats].
  double value(std::span<const double> lrs);

  /// The same, and gradient[s] = d loss / d lrs[s] [nats / LR]. Where an LR is 0, the derivative is the one from above;
  /// in models whose clock counts a power of the LR below 1 it is infinite there.
  double gradient(std::span<const double> lrs, std::span<double> gradient);

  /// The scales of the training runs.
  const Reference& reference() const { return sde_.reference; }
  /// How the model's effective LR follows from the LR.
  EffectiveLr effective_lr() const { return sde_.model->effective_lr(); }

 private:
  struct Powers;  ///< of the LRs, the same for all draws
  struct Run;     ///< of one draw, from which the way back starts

  double forwards(const std::vector<double>& draw, std::span<const double> lrs, const Powers& powers, Run& run) const;
  void backwards(std::span<const double> lrs, const Powers& powers, Run& run) const;
  double average(std::span<const double> lrs, std::span<double> gradient);

  LossSde sde_;
  int threads_;
  std::vector<Run> runs_;  ///< of the groups of draws in work: their memory is used again
};

}  // namespace losscast
