#include "engine/twins.hpp"

namespace losscast {

Twins simulate_twins(const LossSde& sde, Grid grid, const RecipeChoice& recipes, const DrawConstants& constants,
                     int threads, EnsembleWorker& worker) {
  const Tables tables = fill_tables(sde, std::move(grid), recipes, threads, worker);
  const auto draws = static_cast<std::int64_t>(constants.draws);
  const std::span<const float> values = simulate_paths(without_noise(sde), tables, constants, {.paths = draws}, worker);
  return {{values.begin(), values.end()}, draws * tables.blocks()};
}

}  // namespace losscast
