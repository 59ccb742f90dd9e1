#include "engine/lever_plan.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "losscast/base/error.hpp"

namespace losscast {
namespace {

// Blocks of a noise-free path, about: what it leaves of a draw's own mean need only be alike for all draws.
constexpr Step kTwinBlocks = 32;

Lever plan_antithetic(const EnsembleRequest& request) {
  const bool applies = request.paths % 2 == 0 && request.first_path % 2 == 0 && request.paths >= 4;
  if (request.levers.antithetic == Lever::on && !applies)
    throw InputError(fmt::format("antithetic pairs cannot be made of {} paths", request.paths),
                     "each takes two, and a standard error two pairs", "give an even number of 4 or more");
  return request.levers.antithetic != Lever::off && applies ? Lever::on : Lever::off;
}

Step twin_block(const EnsembleRequest& request, Step block) {
  Step longest = 0;
  for (const Schedule& schedule : request.schedules) longest = std::max(longest, schedule.total_steps());
  const Step wanted = (longest + kTwinBlocks - 1) / kTwinBlocks;
  return std::max(block, (wanted + block - 1) / block * block);
}

}  // namespace

bool may_have_twins(const EnsembleRequest& request) {
  return request.levers.conditional_mean != Lever::off && request.draws.size() > 1 && request.scheme != Scheme::euler;
}

LeversUsed plan_levers(const EnsembleRequest& request, Step block) {
  LeversUsed used;
  used.antithetic = plan_antithetic(request);
  if (may_have_twins(request)) {
    used.twin_block = request.levers.twin_block.value_or(twin_block(request, block));
  } else if (request.levers.conditional_mean == Lever::on) {
    constexpr std::string_view kProblem = "the conditional mean cannot serve as a control variate";
    if (request.draws.size() > 1)
      throw InputError(kProblem, "noise-free paths take long blocks, in which Euler-Maruyama is unstable",
                       "use --scheme exact-moments, or leave that lever to `automatic`");
    throw InputError(kProblem, "all paths have the same parameters, hence the same conditional mean",
                     "leave that lever to `automatic`");
  }
  return used;
}

}  // namespace losscast
