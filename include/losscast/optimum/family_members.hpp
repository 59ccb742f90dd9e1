/// \file
/// The best member of each of the usual families of schedules, beside a free-form schedule.
#pragma once

#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/optimum/free_form.hpp"
#include "losscast/schedule/arguments.hpp"

namespace losscast {

/// A member of a family and its loss.
struct FamilyMember {
  Arguments arguments;  ///< `family` included
  Schedule schedule;    ///< that they describe
  double loss;          ///< [nats]
};

/// Finds the member with the lowest loss of wsd in each of its shapes, polynomial, linear, cosine and power, and
/// returns these members, the best first. They have the length, the linear warm-up and the highest LR that the bounds
/// say; min_lr has no meaning here. Each is found by polish() over peak, decay, exponent and low rate, from several
/// starts. `law` was made of `sde`: polishing crosses a run in few blocks of `sde`, the losses returned are those of
/// `law`.
std::vector<FamilyMember> best_family_members(MeanLaw& law, const LossSde& sde, const FreeFormBounds& bounds,
                                              const Execution& execution);

}  // namespace losscast
