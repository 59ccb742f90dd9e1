#include "engine/lever_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "losscast/base/error.hpp"

namespace losscast {
namespace {

// Blocks of a noise-free path, about: what it leaves of a draw's own mean need only be alike for all draws.
constexpr Step kTwinBlocks = 32;

Lever plan_antithetic(const PathRequest& request, const Levers& levers) {
  const bool applies = request.paths % 2 == 0 && request.first_path % 2 == 0 && request.paths >= 4;
  if (levers.antithetic == Lever::on && !applies)
    throw InputError(fmt::format("antithetic pairs cannot be made of {} paths", request.paths),
                     "each takes two, and a standard error two pairs", "give an even number of 4 or more");
  return levers.antithetic != Lever::off && applies ? Lever::on : Lever::off;
}

Step twin_block(const PathRequest& request, Step block) {
  Step longest = 0;
  for (const Recipe& recipe : request.recipes) longest = std::max(longest, recipe.total_steps());
  const Step wanted = (longest + kTwinBlocks - 1) / kTwinBlocks;
  return std::max(block, (wanted + block - 1) / block * block);
}

}  // namespace

bool may_have_twins(const LossSde& sde, const Levers& levers, Scheme scheme) {
  return levers.conditional_mean != Lever::off && sde.draws.size() > 1 && scheme != Scheme::euler;
}

bool has_exact_jumps(const LossSde& sde, const EnsembleRequest& request, const Levers& levers) {
  constexpr std::string_view kProblem = "jumps cannot be added to the losses exactly";
  if (levers.exact_jumps == Lever::on && !(sde.spikes.jump_rate > 0))
    throw InputError(kProblem, "there are none", "give a jump_rate, or leave that lever to `automatic`");
  const bool keeps_paths = request.keep == EnsembleRequest::Keep::values;
  if (levers.exact_jumps == Lever::on && keeps_paths)
    throw InputError(kProblem, "every path is kept with its own", "leave that lever to `automatic`");
  return levers.exact_jumps != Lever::off && sde.spikes.jump_rate > 0 && !keeps_paths;
}

LeversUsed plan_levers(const LossSde& sde, const PathRequest& request, const Levers& levers, Step block) {
  LeversUsed used;
  used.antithetic = plan_antithetic(request, levers);
  if (may_have_twins(sde, levers, request.scheme)) {
    used.twin_block = levers.twin_block.value_or(twin_block(request, block));
  } else if (levers.conditional_mean == Lever::on) {
    constexpr std::string_view kProblem = "the conditional mean cannot serve as a control variate";
    if (sde.draws.size() > 1)
      throw InputError(kProblem, "noise-free paths take long blocks, in which Euler-Maruyama is unstable",
                       "use --scheme exact-moments, or leave that lever to `automatic`");
    throw InputError(kProblem, "all paths have the same parameters, hence the same conditional mean",
                     "leave that lever to `automatic`");
  }
  return used;
}

}  // namespace losscast
