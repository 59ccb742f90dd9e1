#include "fit/given_priors.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "fit/coordinates.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {
namespace {

[[noreturn]] void fail_without_parameter(const SdeModel& model, const std::string& name) {
  std::vector<std::string> known;
  for (const ModelParameter& parameter : model.parameters()) known.emplace_back(parameter.name);
  throw InputError(fmt::format("model {} has no such parameter", model.name()),
                   fmt::format("it has {}", fmt::join(known, ", ")),
                   suggestion(name, known, "name one of them, or leave the prior out"))
      .at("priors." + name);
}

void check_centre(const GivenPrior& prior, const ModelParameter& parameter) {
  if (prior.centre >= parameter.lower && prior.centre <= parameter.upper) return;
  throw InputError(fmt::format("the centre {} is outside the bounds", number_text(prior.centre)),
                   fmt::format("a fit searches {} from {} to {}", parameter.name, number_text(parameter.lower),
                               number_text(parameter.upper)),
                   "give a centre within them")
      .at("priors." + prior.name);
}

}  // namespace

void check_priors(const SdeModel& model, std::span<const GivenPrior> priors) {
  LOSSCAST_EXPECTS(std::all_of(priors.begin(), priors.end(),
                               [](const GivenPrior& prior) { return prior.deviation >= GivenPrior::kNarrowest; }));
  const std::span<const ModelParameter> all = model.parameters();
  for (const GivenPrior& prior : priors) {
    const auto found = std::find_if(all.begin(), all.end(), [&](const auto& one) { return one.name == prior.name; });
    if (found == all.end()) fail_without_parameter(model, prior.name);
    check_centre(prior, *found);
  }
}

void apply_priors(std::span<const GivenPrior> priors, std::vector<ModelParameter>& parameters) {
  for (const GivenPrior& prior : priors)
    for (ModelParameter& parameter : parameters) {
      if (parameter.name != prior.name) continue;
      parameter.prior = Prior{to_coordinate(parameter, prior.centre), prior.deviation};
      parameter.known_before = true;
      if (parameter.fixed && parameter.starts) parameter.starts = {{prior.centre, prior.centre}};
      parameter.fixed.reset();
    }
}

}  // namespace losscast
