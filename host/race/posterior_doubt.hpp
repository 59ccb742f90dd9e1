// Which candidates the single parameter draws would choose, and how far the winner is from them.
#pragma once

#include "losscast/race/population.hpp"
#include "losscast/race/posterior_doubt.hpp"
#include "race/rivals.hpp"

namespace losscast {

// What is asked of a doubt.
struct DoubtRules {
  double delta = 0;       // as PosteriorDoubt has it [nats]
  double confidence = 0;  // likewise
  double run_noise = 0;   // standard deviation of a run's final loss about its mean given the parameters [nats]
  int threads = 1;
};

// `rivals` have seen all candidates under the first draws of the population, whose units are draws.
PosteriorDoubt posterior_doubt(Population& population, std::int64_t winner, const Rivals& rivals,
                               const DoubtRules& rules);

}  // namespace losscast
