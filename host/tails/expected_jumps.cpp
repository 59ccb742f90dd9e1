#include "losscast/tails/expected_jumps.hpp"

#include <algorithm>

#include "losscast/base/parallel.hpp"
#include "tails/check_tails.hpp"

namespace losscast {
namespace {

ExpectedJumps of_run(const Spikes& spikes, const Schedule& schedule) {
  constexpr Step kTogether = 1 << 16;  // updates, which keeps a long run's memory small
  const double keep = math::exp(-spikes.jump_decay);
  ExpectedJumps jumps;
  std::vector<double> lrs;
  for (Step begin = 0; begin < schedule.total_steps(); begin += kTogether) {
    lrs.resize(static_cast<std::size_t>(std::min(kTogether, schedule.total_steps() - begin)));
    schedule.fill(begin, lrs);
    for (const double lr : lrs) {
      const double rate = jump_rate(spikes, lr);
      jumps.count += rate;
      jumps.final_loss = keep * jumps.final_loss + rate * spikes.mean_jump;
    }
  }
  return jumps;
}

}  // namespace

std::vector<ExpectedJumps> expected_jumps(const LossSde& sde, const PathRequest& request, int threads) {
  check_jumps(sde, request);
  std::vector<ExpectedJumps> out(request.recipes.size());
  parallel_for(static_cast<std::int64_t>(out.size()), threads, [&](std::int64_t i) {
    out[static_cast<std::size_t>(i)] = of_run(sde.spikes, request.recipes[static_cast<std::size_t>(i)].schedule);
  });
  return out;
}

}  // namespace losscast
