#include "engine/pilot.hpp"

#include <algorithm>
#include <vector>

#include "engine/simulate.hpp"
#include "engine/work.hpp"
#include "losscast/base/spread.hpp"
#include "losscast/random/derived_seed.hpp"

namespace losscast {
namespace {

constexpr std::size_t kSchedules = 4;
constexpr std::int64_t kPaths = 128;
constexpr std::size_t kWorthwhile = 64;  // times the pilot's own schedules x paths

EnsembleRequest pilot_of(const EnsembleRequest& request) {
  EnsembleRequest pilot;
  pilot.recipes = spread(request.recipes, kSchedules);
  pilot.record_steps = request.record_steps;
  pilot.paths = kPaths;
  pilot.first_path = request.first_path;
  pilot.seed = derived_seed(request.seed, Stream::pilot, 0);
  pilot.scheme = request.scheme;
  pilot.block = request.block;
  return pilot;
}

// Compares levers in a pilot of a request.
class Pilot {
 public:
  Pilot(const Simulation& simulation, std::size_t schedules)
      : schedules_(schedules),
        sde_(simulation.sde),
        processor_(simulation.processor),
        block_(simulation.block),
        whole_(simulation.request),
        pilot_(pilot_of(simulation.request)) {}

  bool is_worthwhile() const {
    const auto paths = [](const EnsembleRequest& request) { return static_cast<std::size_t>(request.paths); };
    return schedules_ * paths(whole_) >= kWorthwhile * pilot_.recipes.size() * paths(pilot_);
  }

  // Median over the pilot's schedules, at the overhead of the request itself.
  double median_reduction(const Levers& levers) const {
    const EnsembleResult result = simulate({sde_, pilot_, processor_, block_, levers});
    std::vector<double> all;
    for (const auto& of_schedule : result.statistics) all.push_back(of_schedule.back().reduction);
    std::sort(all.begin(), all.end());
    return all[(all.size() - 1) / 2] * overhead(pilot_, levers) / overhead(whole_, levers);
  }

 private:
  // Work of a request with levers over that without.
  double overhead(const EnsembleRequest& request, const Levers& levers) const {
    const std::int64_t paths = path_block_steps(request, block_);
    const std::int64_t twins = twin_block_steps(sde_, request, levers, block_);
    return static_cast<double>(paths + twins) / static_cast<double>(paths);
  }

  std::size_t schedules_;
  const LossSde& sde_;
  const Processor& processor_;
  Step block_;
  const EnsembleRequest& whole_;
  EnsembleRequest pilot_;
};

}  // namespace

Levers tried_levers(const Simulation& simulation, std::size_t schedules) {
  const Levers& asked = simulation.levers;
  if (asked.antithetic != Lever::automatic && asked.conditional_mean != Lever::automatic) return asked;
  Pilot pilot(simulation, schedules);
  if (!pilot.is_worthwhile()) return asked;
  Levers best = asked;
  double best_reduction = pilot.median_reduction(best);
  for (Lever Levers::*lever : {&Levers::conditional_mean, &Levers::antithetic}) {
    if (best.*lever != Lever::automatic) continue;
    Levers without = best;
    without.*lever = Lever::off;
    const double reduction = pilot.median_reduction(without);
    if (reduction <= best_reduction) continue;
    best = without;
    best_reduction = reduction;
  }
  return best;
}

}  // namespace losscast
