#include "sweep/values_of_draws.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "fit/run_deviation.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/random/derived_seed.hpp"
#include "model/jumps_at_end.hpp"
#include "race/run_noise.hpp"

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

ValuesOfDraws::ValuesOfDraws(const LossSde& sde, const DivergenceCost& divergence_cost, std::uint64_t seed,
                             const Execution& execution, std::int64_t most)
    : sde_(with_first_draws(sde, most)),
      divergence_cost_(divergence_cost),
      threads_(execution.threads),
      means_(sde_, reproducible(execution)),
      error_(derived_seed(seed, Stream::offset, kNoPath), means_.draws()) {}

double ValuesOfDraws::noise_of_a_run(const Recipe& recipe) const {
  LossSde given_law = sde_;  // whose error is in the values
  given_law.noise.run_offset = 0;
  return losscast::noise_of_a_run(given_law, recipe);
}

void ValuesOfDraws::know(std::span<const Recipe> trained) {
  std::vector<KnownEnd> ends;
  for (const Recipe& recipe : trained)
    ends.push_back({recipe_features(sde_, recipe), run_deviation(sde_, recipe), noise_of_a_run(recipe)});
  error_.know(std::move(ends));
}

void ValuesOfDraws::evaluate(std::span<const Recipe> recipes, std::span<float> out) {
  means_.evaluate(recipes, kBlocksPerSegment, 0, draws(), out);
  divergence_cost_.add_to(recipes, out, threads_);
  const auto count = static_cast<std::size_t>(draws());
  parallel_for(static_cast<std::int64_t>(recipes.size()), threads_, [&](std::int64_t r) {
    const auto at = static_cast<std::size_t>(r);
    const RecipeFeatures features = recipe_features(sde_, recipes[at]);
    const double deviation = run_deviation(sde_, recipes[at]);
    const double jumps = sde_.spikes.jump_rate > 0
                             ? sde_.spikes.mean_jump * jumps_at_end(recipes[at], sde_.spikes, kBlocksPerSegment)
                             : 0;
    std::vector<double> errors(count);
    error_.errors(features, deviation, errors);
    for (std::size_t d = 0; d < count; ++d) {
      float& value = out[at * count + d];
      value = static_cast<float>(static_cast<double>(value) + jumps + errors[d]);
    }
  });
}

}  // namespace losscast
