// Which candidates the single parameter draws would choose, and how far the winner is from them.
#pragma once

#include "losscast/race/population.hpp"
#include "losscast/race/posterior_doubt.hpp"
#include "race/rivals.hpp"

namespace losscast {

// `rivals` have seen all candidates under the first draws of the population, whose units are draws.
PosteriorDoubt posterior_doubt(Population& population, std::int64_t winner, const Rivals& rivals, double delta,
                               double confidence);

}  // namespace losscast
