#include "engine/pilot.hpp"

#include <algorithm>
#include <vector>

#include "engine/simulate.hpp"
#include "losscast/engine/cost.hpp"
#include "losscast/random/derived_seed.hpp"

namespace losscast {
namespace {

constexpr std::size_t kSchedules = 4;
constexpr std::int64_t kPaths = 128;
constexpr std::size_t kWorthwhile = 64;  // times the pilot's own schedules x paths

EnsembleRequest pilot_of(const EnsembleRequest& request) {
  EnsembleRequest pilot = request;
  pilot.schedules.clear();
  const std::size_t count = std::min(kSchedules, request.schedules.size());
  for (std::size_t i = 0; i < count; ++i)
    pilot.schedules.push_back(request.schedules[i * request.schedules.size() / count]);
  pilot.paths = kPaths;
  pilot.keep = EnsembleRequest::Keep::statistics;
  pilot.seed = derived_seed(request.seed, Stream::pilot, 0);
  return pilot;
}

// Work of a request with levers over that without.
double overhead(EnsembleRequest request, const Levers& levers, Step block) {
  request.levers = levers;
  const auto with = static_cast<double>(count_work(request, block).block_steps);
  request.levers = kNoLevers;
  return with / static_cast<double>(count_work(request, block).block_steps);
}

// Median over the pilot's schedules, at the overhead of the request itself.
double median_reduction(const EnsembleRequest& request, EnsembleRequest pilot, const Levers& levers,
                        const Processor& processor, Step block) {
  pilot.levers = levers;
  const EnsembleResult result = simulate(pilot, processor, block, make_workers(pilot, processor));
  std::vector<double> all;
  for (const auto& of_schedule : result.statistics) all.push_back(of_schedule.back().reduction);
  std::sort(all.begin(), all.end());
  return all[(all.size() - 1) / 2] * overhead(pilot, levers, block) / overhead(request, levers, block);
}

}  // namespace

Levers tried_levers(const EnsembleRequest& request, const Processor& processor, Step block) {
  const Levers& asked = request.levers;
  if (asked.antithetic != Lever::automatic && asked.conditional_mean != Lever::automatic) return asked;
  const EnsembleRequest pilot = pilot_of(request);
  const std::size_t work = request.schedules.size() * static_cast<std::size_t>(request.paths);
  if (work < kWorthwhile * pilot.schedules.size() * static_cast<std::size_t>(kPaths)) return asked;
  Levers best = asked;
  double best_reduction = median_reduction(request, pilot, best, processor, block);
  for (Lever Levers::*lever : {&Levers::conditional_mean, &Levers::antithetic}) {
    if (best.*lever != Lever::automatic) continue;
    Levers without = best;
    without.*lever = Lever::off;
    const double reduction = median_reduction(request, pilot, without, processor, block);
    if (reduction <= best_reduction) continue;
    best = without;
    best_reduction = reduction;
  }
  return best;
}

}  // namespace losscast
