#include "sweep/values_of_draws.hpp"

#include <algorithm>

#include "fit/run_deviation.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/random/derived_seed.hpp"
#include "race/jumps_at_end.hpp"

namespace losscast {
namespace {

constexpr int kBlocksPerSegment = 32;                 // shift differences by less than 1e-5 nats
constexpr std::uint64_t kNoPath = ~std::uint64_t{0};  // whose run offset nobody draws

LossSde with_first_draws(LossSde sde, std::int64_t most) {
  const auto& all = sde.draws.all();
  const auto count = static_cast<std::ptrdiff_t>(std::min<std::int64_t>(most, static_cast<std::int64_t>(all.size())));
  sde.draws = std::vector<std::vector<double>>(all.begin(), all.begin() + count);
  return sde;
}

Execution reproducible(Execution execution) {
  execution.math = MathMode::reproducible;
  return execution;
}

}  // namespace

ValuesOfDraws::ValuesOfDraws(const LossSde& sde, std::uint64_t seed, const Execution& execution)
    : sde_(with_first_draws(sde, kMostDraws)),
      threads_(execution.threads),
      means_(sde_, reproducible(execution)),
      error_(derived_seed(seed, Stream::offset, kNoPath), means_.draws()) {}

void ValuesOfDraws::evaluate(std::span<const Recipe> recipes, std::span<float> out) {
  means_.evaluate(recipes, kBlocksPerSegment, 0, draws(), out);
  const auto count = static_cast<std::size_t>(draws());
  parallel_for(static_cast<std::int64_t>(recipes.size()), threads_, [&](std::int64_t r) {
    const auto at = static_cast<std::size_t>(r);
    const RecipeFeatures features = recipe_features(sde_, recipes[at]);
    const double deviation = run_deviation(sde_, recipes[at]);
    const double jumps = sde_.spikes.jump_rate > 0
                             ? sde_.spikes.mean_jump * jumps_at_end(recipes[at], sde_.spikes, kBlocksPerSegment)
                             : 0;
    for (std::size_t d = 0; d < count; ++d) {
      float& value = out[at * count + d];
      const double error = deviation * error_.at(static_cast<std::int64_t>(d), features);
      value = static_cast<float>(static_cast<double>(value) + jumps + error);
    }
  });
}

}  // namespace losscast
