// The best member of each of the usual families of schedules, beside a free-form schedule.
#pragma once

#include <vector>

#include "losscast/engine/execution.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/optimum/free_form.hpp"
#include "losscast/schedule/arguments.hpp"

namespace losscast {

// A member of a family and its loss.
struct FamilyMember {
  Arguments arguments;  // `family` included
  Schedule schedule;    // that they describe
  double loss;          // [nats]
};

// For wsd in each of its shapes, polynomial, linear, cosine and power: the member with the lowest loss that has the
// bounds' length, linear warm-up and highest LR, by polish() over peak, decay, exponent and low rate, from several
// starts. min_lr has no meaning here. Best first. `sde` is what `law` was made of; polishing takes few blocks, the
// losses that are returned are the law's own.
std::vector<FamilyMember> best_family_members(MeanLaw& law, const LossSde& sde, const FreeFormBounds& bounds,
                                              const Execution& execution);

}  // namespace losscast
