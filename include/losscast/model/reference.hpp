/// \file
/// What a law measures a run by: everything in it is relative to the runs that it was fitted to.
#pragma once

namespace losscast {

/// The scales of the training runs. Multiplying every LR by a factor and dividing every weight decay by it changes no
/// number of a law but these.
struct Reference {
  double lr = 0;            ///< ref: the highest peak LR of the training runs
  double steps = 0;         ///< S: the largest sum of eta / ref over a training run: the unit of the clock, a horizon
  double weight_decay = 0;  ///< decoupled, the middle one of the training runs that have any; 0 where none has
  /// Tokens of an update of the first training run that says them, and of a recipe that says none; 0 where nobody did:
  /// the batch size of a recipe then counts for nothing.
  double batch = 0;
  /// How the limit of stability grows along a run, see strained_lr(): it is that of the law after limit_steps updates,
  /// the longest warm-up of the training runs, and grows as the limit_power of the updates. A power of 0 is no growth.
  double limit_power = 0;
  double limit_steps = 1;  ///< likewise
};

}  // namespace losscast
