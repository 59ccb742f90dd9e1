#include "losscast/tails/spike_probability.hpp"

#include "losscast/math/elementary.hpp"
#include "losscast/tails/expected_jumps.hpp"

namespace losscast {

std::vector<double> spike_probability(const LossSde& sde, const PathRequest& request, int threads) {
  std::vector<double> out;
  for (const ExpectedJumps& jumps : expected_jumps(sde, request, threads)) out.push_back(-math::expm1(-jumps.count));
  return out;
}

}  // namespace losscast
