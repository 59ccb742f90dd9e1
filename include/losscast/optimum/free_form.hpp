/// \file
/// The best LR at every step of a run: no family, only bounds.
#pragma once

#include <functional>
#include <vector>

#include "losscast/model/mean_law.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// Which LRs a free-form schedule may have.
struct FreeFormBounds {
  /// Whether LRs may rise after the warm-up.
  enum class Order {
    any,             ///< they may
    non_increasing,  ///< they may not
  };
  Step total_steps = 0;      ///< length of the run
  double peak_lr = 0;        ///< no LR is above
  double min_lr = 0;         ///< nor below after the warm-up; above 0, as at 0 the law need not be smooth
  Step warmup_steps = 0;     ///< whose LRs are fixed: linear from 0 to the peak
  Order order = Order::any;  ///< of the LRs after the warm-up
};

/// The schedule that was found.
struct FreeForm {
  std::vector<double> lrs;  ///< of each step
  double loss = 0;          ///< [nats]
  double start_loss = 0;    ///< loss of the schedule that the search began with [nats]
  /// Frank-Wolfe gap [nats]: to first order in the clock's power of the LR, no schedule within the bounds is better by
  /// more than this. If the loss is convex in that power, none is better by more than this at all.
  double optimality = 0;
  int evaluations = 0;  ///< how often the law was evaluated with its gradient
};

/// Minimises the law by spectral projected gradients. The first searches are over few knots with straight lines between
/// them, then over more and more knots, and average over a few of the draws; the last one is over every step and all
/// draws. It begins at the better of two schedules, what the knots gave and `start` (raised to min_lr), so that the
/// result is no worse than `start`. `after_level`, if set, is told after each search the number of knots and the loss
/// over the draws that it used. Throws InputError for bounds that make no sense. Preconditions: total_steps is that of
/// `start`, whose LRs are at most the peak.
FreeForm best_free_form(MeanLaw& law, const FreeFormBounds& bounds, const Schedule& start,
                        const std::function<void(std::size_t knots, double loss)>& after_level = {});

}  // namespace losscast
