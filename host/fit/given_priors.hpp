// Priors that somebody gives, in place of the model's own.
#pragma once

#include <span>
#include <vector>

#include "losscast/fit/given_prior.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

// Throws InputError, beginning with "priors.NAME", if the model has no such parameter or does not allow the centre.
// Precondition: deviations of at least GivenPrior::kNarrowest.
void check_priors(const SdeModel& model, std::span<const GivenPrior> priors);

// Puts priors that check_priors() accepts into the parameters, and frees those parameters that are fixed: they start
// at the centre, as they would from a fixed value.
void apply_priors(std::span<const GivenPrior> priors, std::vector<ModelParameter>& parameters);

}  // namespace losscast
