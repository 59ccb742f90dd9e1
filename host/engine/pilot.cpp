#include "pilot.hpp"

#include <algorithm>
#include <vector>

#include "losscast/random/counter.hpp"
#include "simulate.hpp"

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
  const RandomBits bits = random_bits(request.seed, Stream::pilot, 0, 0, 0);
  pilot.seed = std::uint64_t{bits.word[0]} << 32 | bits.word[1];
  return pilot;
}

double median_reduction(const EnsembleRequest& pilot, const Processor& processor, Step block) {
  const EnsembleResult result = simulate(pilot, processor, block, make_workers(pilot, processor));
  std::vector<double> all;
  for (const auto& of_schedule : result.statistics) all.push_back(of_schedule.back().reduction);
  std::sort(all.begin(), all.end());
  return all[(all.size() - 1) / 2];
}

}  // namespace

Levers tried_levers(const EnsembleRequest& request, const Processor& processor, Step block) {
  Levers levers = request.levers;
  EnsembleRequest pilot = pilot_of(request);
  const std::size_t work = request.schedules.size() * static_cast<std::size_t>(request.paths);
  if (work < kWorthwhile * pilot.schedules.size() * static_cast<std::size_t>(kPaths)) return levers;
  for (Lever* lever : {&levers.conditional_mean, &levers.antithetic}) {
    if (*lever != Lever::automatic) continue;
    pilot.levers = levers;
    if (median_reduction(pilot, processor, block) < 1) *lever = Lever::off;
  }
  return levers;
}

}  // namespace losscast
