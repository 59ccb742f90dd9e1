#include "losscast/space/divergence_cost.hpp"

#include <fmt/format.h>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

void require_divergence_cost(double cost) {
  if (!(cost >= 0 && cost <= kMostDivergenceCost))
    throw InputError(fmt::format("{} is no cost of divergence", number_text(cost)),
                     fmt::format("it is in nats, from 0 to {:g}, which is more than any loss", kMostDivergenceCost),
                     "give one such as 0.1, or limit P(diverge) instead");
}

DivergenceCost::DivergenceCost(double cost, const LossSde& sde) : cost_(cost) {
  require_divergence_cost(cost);
  if (cost > 0) law_ = std::make_shared<const DivergenceLaw>(sde);
}

void DivergenceCost::add_to(std::span<const Recipe> recipes, std::span<float> values, int threads) const {
  if (!any() || recipes.empty()) return;
  LOSSCAST_EXPECTS(values.size() % recipes.size() == 0);
  const std::size_t each = values.size() / recipes.size();
  parallel_for(static_cast<std::int64_t>(recipes.size()), threads, [&](std::int64_t r) {
    const auto i = static_cast<std::size_t>(r);
    const auto added = static_cast<float>(at(probability(recipes[i])));
    for (float& value : values.subspan(i * each, each)) value += added;
  });
}

}  // namespace losscast
