#include "precision/coupled_paths.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "engine/block_length.hpp"
#include "engine/chunk.hpp"
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

CoupledPaths::CoupledPaths(const EnsembleRequest& request) : request_(request), order_(request.schedules.size()) {
  request_.levers = kAutomaticLevers;
  std::iota(order_.begin(), order_.end(), std::size_t{0});
  std::stable_sort(order_.begin(), order_.end(), [&](std::size_t a, std::size_t b) {
    return request.schedules[a].total_steps() < request.schedules[b].total_steps();
  });
  worker_ = std::move(make_workers(request_, choose_processor(request_)).front());
  request_.paths = 4;
  const LeversUsed levers = plan_levers(request_, 1);
  request_.paths = static_cast<std::int64_t>(request_.draws.size());
  constants_ = make_constants(request_);
  twins_.resize(order_.size());
  if (!levers.twin_block) return;
  const Twins twins = simulate_twins(request_, order_, *levers.twin_block, constants_, request_.threads, *worker_);
  twin_block_steps_ = twins.block_steps;
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const auto begin = twins.values.begin() + static_cast<std::ptrdiff_t>(i * request_.draws.size());
    twins_[order_[i]].assign(begin, begin + static_cast<std::ptrdiff_t>(request_.draws.size()));
  }
}

void CoupledPaths::simulate(Step fine, Step coarse, std::uint64_t seed, std::int64_t first, std::int64_t count,
                            Units& units) {
  EnsembleRequest request = request_;
  request.seed = seed;
  request.first_path = 2 * static_cast<std::uint64_t>(first);
  request.paths = 2 * count;
  append(fine, 0, request, units.fine);
  if (coarse > 0) append(coarse, fine, request, units.coarse);
}

void CoupledPaths::append(Step block, Step finer, const EnsembleRequest& request,
                          std::vector<std::vector<double>>& units) {
  const Grid grid = make_grid(request, block, request.schedules[order_.back()].total_steps());
  std::byte* rows = worker_->tables(order_.size() * grid.block_begin.size() * row_bytes(request));
  const std::vector<int> last_block = fill_tables(request, grid, order_, request.threads, rows);
  const auto paths = static_cast<std::size_t>(request.paths);
  std::vector<BlockHalves> halves;
  if (finer > 0) halves = halves_of(grid, finer);

  EnsembleArguments arguments = arguments_of(request, grid, constants_);
  arguments.pairing = Pairing::antithetic;
  arguments.halves = halves.empty() ? nullptr : halves.data();
  arguments.coefficients = rows;
  arguments.last_block = last_block.data();
  arguments.schedules = static_cast<int>(order_.size());
  arguments.values = worker_->values(order_.size() * paths);
  worker_->run(arguments);

  units.resize(order_.size());
  for (std::size_t i = 0; i < order_.size(); ++i) {
    const std::size_t s = order_[i];
    const MeanSample sample =
        controlled_sample({arguments.values + i * paths, paths}, request.first_path, Pairing::antithetic,
                          static_cast<std::int64_t>(request.draws.size()), twins_[s]);
    for (const float unit : sample.units) units[s].push_back(sample.centre + static_cast<double>(unit));
  }
}

double CoupledPaths::block_steps_of_unit(Step fine, Step coarse) const {
  double steps = 0;
  for (const Schedule& schedule : request_.schedules) {
    const auto blocks = [&](Step m) { return static_cast<double>((schedule.total_steps() + m - 1) / m); };
    steps += 2 * (blocks(fine) + (coarse > 0 ? blocks(coarse) : 0));
  }
  return steps / static_cast<double>(request_.schedules.size());
}

}  // namespace losscast
