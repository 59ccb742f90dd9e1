#include "precision/coupled_paths.hpp"

#include <cmath>

#include "engine/controlled_mean.hpp"
#include "engine/lever_plan.hpp"
#include "engine/twins.hpp"

namespace losscast {
namespace {

// How coarse blocks divide into finer ones, of which each covers one or two.
std::vector<BlockHalves> halves_of(const Grid& coarse, Step finer) {
  std::vector<BlockHalves> halves;
  for (std::size_t b = 0; b + 1 < coarse.edges.size(); ++b) {
    const Step begin = coarse.edges[b], middle = begin + finer, end = coarse.edges[b + 1];
    if (middle >= end) {
      halves.push_back({0, 1, 0});
      continue;
    }
    const double first = static_cast<double>(finer) / static_cast<double>(end - begin);
    halves.push_back({static_cast<std::uint32_t>(middle), static_cast<float>(std::sqrt(first)),
                      static_cast<float>(std::sqrt(1 - first))});
  }
  return halves;
}

}  // namespace

CoupledPaths::CoupledPaths(const LossSde& sde, std::vector<Recipe> recipes, Scheme scheme, const Execution& execution)
    : sde_(sde),
      recipes_(std::move(recipes)),
      threads_(execution.threads),
      order_(by_length(recipes_)),
      constants_(make_constants(sde_, sde_.draws.size())),
      worker_(std::move(make_workers(sde_, scheme, choose_processor(execution)).front())),
      twins_(order_.size()) {
  PathRequest pairs;
  pairs.recipes = recipes_;
  pairs.paths = 4;
  pairs.scheme = scheme;
  const LeversUsed levers = plan_levers(sde_, pairs, kAutomaticLevers, 1);
  if (!levers.twin_block) return;
  const Grid grid = make_grid(*levers.twin_block, choice().longest(), {});
  const Twins twins = simulate_twins(sde_, grid, choice(), constants_, threads_, *worker_);
  twin_block_steps_ = twins.block_steps;
  const auto draws = static_cast<std::ptrdiff_t>(sde_.draws.size());
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const auto begin = twins.values.begin() + static_cast<std::ptrdiff_t>(i) * draws;
    twins_[order_[i]].assign(begin, begin + draws);
  }
}

void CoupledPaths::simulate(Step fine, Step coarse, const UnitRange& range, Units& units) {
  append(fine, 0, range, units.fine);
  if (coarse > 0) append(coarse, fine, range, units.coarse);
}

void CoupledPaths::append(Step block, Step finer, const UnitRange& range, std::vector<std::vector<double>>& units) {
  Tables tables = fill_tables(sde_, make_grid(block, choice().longest(), {}), choice(), threads_, *worker_);
  if (finer > 0) tables.halves = halves_of(tables.grid, finer);
  const PathRange pairs{2 * range.count, 2 * static_cast<std::uint64_t>(range.first), range.seed, Pairing::antithetic};
  const std::span<const float> values = simulate_paths(sde_, tables, constants_, pairs, *worker_);
  const auto paths = static_cast<std::size_t>(pairs.paths);
  units.resize(order_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const std::size_t s = order_[i];
    const MeanSample sample = controlled_sample(values.subspan(i * paths, paths), pairs.first_path, pairs.pairing,
                                                static_cast<std::int64_t>(sde_.draws.size()), twins_[s]);
    for (const float unit : sample.units) units[s].push_back(sample.centre + static_cast<double>(unit));
  }
}

double CoupledPaths::block_steps_of_unit(Step fine, Step coarse) const {
  double steps = 0;
  for (const Recipe& recipe : recipes_) {
    const auto blocks = [&](Step m) { return static_cast<double>((recipe.total_steps() + m - 1) / m); };
    steps += 2 * (blocks(fine) + (coarse > 0 ? blocks(coarse) : 0));
  }
  return steps / static_cast<double>(recipes_.size());
}

}  // namespace losscast
