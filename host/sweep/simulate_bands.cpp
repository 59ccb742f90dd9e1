#include "sweep/simulate_bands.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "losscast/engine/ensemble.hpp"

namespace losscast {
namespace {

// Schedules of one request: enough to fill any processor, few enough for what it keeps of all their times.
constexpr std::size_t kSchedulesAtOnce = 1000;

bool is_finalist(const RankedCandidate& one, const RankedCandidate& first) {
  return one.statistics.status == first.statistics.status && one.difference.low <= 0 && one.difference.high >= 0;
}

// Their places in `ranked`. The first is always among them, even where its own interval is not a number.
std::vector<std::size_t> finalists(std::span<const RankedCandidate> ranked) {
  std::vector<std::size_t> places = {0};
  for (std::size_t i = 1; i < ranked.size(); ++i)
    if (is_finalist(ranked[i], ranked[0])) places.push_back(i);
  return places;
}

std::vector<Step> without_repeats(std::vector<Step> steps) {
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

// Room for every time of these candidates.
SweepBands empty_bands(std::span<const std::size_t> places, std::size_t times) {
  SweepBands bands;
  for (const std::size_t place : places) bands.ranks.push_back(place + 1);
  for (std::size_t i = 1; i <= times; ++i)
    bands.fractions.push_back(static_cast<double>(i) / static_cast<double>(times));
  bands.steps.resize(places.size() * times);
  bands.statistics.resize(places.size() * times);
  return bands;
}

// What was recorded of one candidate, once for each of the steps, at all its times.
void spread(std::span<const Step> steps, std::span<const Statistics> recorded, std::size_t candidate,
            SweepBands& bands) {
  const std::size_t first = candidate * steps.size();
  for (std::size_t t = 0, record = 0; t < steps.size(); ++t) {
    if (t > 0 && steps[t] > steps[t - 1]) ++record;
    bands.steps[first + t] = steps[t];
    bands.statistics[first + t] = recorded[record];
  }
}

}  // namespace

std::optional<SweepBands> simulate_bands(const BandsConfig& config, const LossSde& sde, EnsembleRequest ranking,
                                         std::span<const RankedCandidate> ranked, const SweepOptions& options,
                                         Performance& spent) {
  if (config.candidates == BandsConfig::Candidates::none) return std::nullopt;
  std::vector<std::size_t> places = finalists(ranked);
  const std::size_t finalist_count = places.size();
  const bool every = config.candidates == BandsConfig::Candidates::all;
  places.resize(every ? ranked.size() : std::min(finalist_count, kMostFinalists));
  if (every) std::iota(places.begin(), places.end(), std::size_t{0});
  options.observer->before_bands(places.size());

  SweepBands bands = empty_bands(places, static_cast<std::size_t>(config.times));
  bands.finalists = finalist_count;
  const auto recipe = [&](std::size_t candidate) -> const Recipe& {
    return ranked[places[candidate]].candidate.recipe;
  };
  // What one request records, it records of all its schedules, and with as many paths.
  std::map<std::pair<Step, std::int64_t>, std::vector<std::size_t>> alike;
  for (std::size_t c = 0; c < places.size(); ++c)
    alike[{recipe(c).total_steps(), ranked[places[c]].paths}].push_back(c);

  ranking.keep = EnsembleRequest::Keep::statistics;
  for (const auto& [key, candidates] : alike) {
    const std::vector<Step> steps = band_steps(key.first, config.times, *ranking.block);
    ranking.paths = key.second;
    ranking.record_steps = without_repeats(steps);
    for (std::size_t first = 0; first < candidates.size(); first += kSchedulesAtOnce) {
      const auto part = std::span(candidates).subspan(first, std::min(kSchedulesAtOnce, candidates.size() - first));
      ranking.recipes.clear();
      for (const std::size_t c : part) ranking.recipes.push_back(recipe(c));
      const EnsembleResult result = run(sde, ranking, options.execution);
      add(spent, result.performance);
      for (std::size_t i = 0; i < part.size(); ++i) spread(steps, result.statistics[i], part[i], bands);
    }
  }
  // A control variate that is read at more times is crossed in other blocks: the last mean would differ in its last
  // bits.
  for (std::size_t i = 0; i < bands.steps.size(); ++i) {
    const std::size_t candidate = i / static_cast<std::size_t>(config.times);
    if (bands.steps[i] == recipe(candidate).total_steps()) bands.statistics[i] = ranked[places[candidate]].statistics;
  }
  return bands;
}

std::size_t bands_bytes(const BandsConfig& config, const LossSde& sde, const EnsembleRequest& ranking,
                        const Execution& execution, Step block) {
  if (config.candidates == BandsConfig::Candidates::none) return 0;
  const std::size_t all = ranking.recipes.size();
  const bool every = config.candidates == BandsConfig::Candidates::all;
  const std::size_t candidates = every ? all : std::min(all, kMostFinalists);
  // The longest schedule in place of each takes the most.
  const auto longest =
      std::max_element(ranking.recipes.begin(), ranking.recipes.end(),
                       [](const Recipe& a, const Recipe& b) { return a.total_steps() < b.total_steps(); });
  EnsembleRequest part;
  part.paths = ranking.paths;
  part.first_path = ranking.first_path;
  part.recipes.assign(std::min(candidates, kSchedulesAtOnce), *longest);
  part.record_steps = without_repeats(band_steps(longest->total_steps(), config.times, block));
  // Statistics are kept as they are, as numbers, and as the file's bytes.
  constexpr std::size_t kCopies = 3;
  const std::size_t kept =
      kCopies * candidates * static_cast<std::size_t>(config.times) * (sizeof(Statistics) + sizeof(Step));
  return count_work(sde, part, execution, block).host_bytes + kept;
}

}  // namespace losscast
