#include "sweep/simulate_bands.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "losscast/engine/ensemble.hpp"

namespace losscast {
namespace {

// Schedules of one request: enough to fill any processor, few enough for what it keeps of all their times.
constexpr std::size_t kSchedulesAtOnce = 1000;

std::vector<Step> without_repeats(std::vector<Step> steps) {
  steps.erase(std::unique(steps.begin(), steps.end()), steps.end());
  return steps;
}

// What was recorded of one candidate, once for each of the steps, at all its times.
void spread(std::span<const Step> steps, std::span<const Statistics> recorded, std::size_t candidate,
            RecordedLosses& out) {
  const std::size_t first = candidate * steps.size();
  for (std::size_t t = 0, record = 0; t < steps.size(); ++t) {
    if (t > 0 && steps[t] > steps[t - 1]) ++record;
    out.steps[first + t] = steps[t];
    out.statistics[first + t] = recorded[record];
  }
}

// The places in `ranked` of the candidates that are recorded. The first is always among the finalists, even where its
// own interval is not a number.
std::vector<std::size_t> recorded_places(const BandsConfig& config, std::span<const RankedCandidate> ranked,
                                         std::size_t& finalists) {
  std::vector<std::size_t> places = {0};
  for (std::size_t i = 1; i < ranked.size(); ++i)
    if (is_finalist(ranked[i].statistics, ranked[i].difference, ranked[0].statistics)) places.push_back(i);
  finalists = places.size();
  const bool every = config.candidates == BandsConfig::Candidates::all;
  places.resize(every ? ranked.size() : std::min(finalists, kMostFinalists));
  if (every) std::iota(places.begin(), places.end(), std::size_t{0});
  return places;
}

}  // namespace

RecordedLosses record_losses(int times, const RankedBy& ranking, std::span<const RecordedCandidate> candidates,
                             Performance& spent) {
  const auto count = static_cast<std::size_t>(times);
  RecordedLosses out{std::vector<Step>(candidates.size() * count), std::vector<Statistics>(candidates.size() * count)};
  // What one request records, it records of all its schedules, and with as many paths.
  std::map<std::pair<Step, std::int64_t>, std::vector<std::size_t>> alike;
  for (std::size_t c = 0; c < candidates.size(); ++c)
    alike[{candidates[c].recipe->total_steps(), candidates[c].paths}].push_back(c);

  EnsembleRequest request = ranking.request;
  request.keep = EnsembleRequest::Keep::statistics;
  for (const auto& [key, numbers] : alike) {
    const std::vector<Step> steps = band_steps(key.first, times, ranking.decisions.step_error.block);
    request.paths = key.second;
    request.record_steps = without_repeats(steps);
    for (std::size_t first = 0; first < numbers.size(); first += kSchedulesAtOnce) {
      const auto part = std::span(numbers).subspan(first, std::min(kSchedulesAtOnce, numbers.size() - first));
      request.recipes.clear();
      for (const std::size_t c : part) request.recipes.push_back(*candidates[c].recipe);
      const EnsembleResult result = run_as_decided(ranking.sde, request, ranking.decisions, ranking.execution);
      add(spent, result.performance);
      for (std::size_t i = 0; i < part.size(); ++i) spread(steps, result.statistics[i], part[i], out);
    }
  }
  // A control variate that is read at more times is crossed in other blocks: the last mean would differ in its last
  // bits.
  for (std::size_t i = 0; i < out.steps.size(); ++i) {
    const RecordedCandidate& candidate = candidates[i / count];
    if (out.steps[i] == candidate.recipe->total_steps()) out.statistics[i] = *candidate.at_end;
  }
  return out;
}

bool is_finalist(const Statistics& one, const PairedDifference& difference, const Statistics& first) {
  return one.status == first.status && difference.low <= 0 && difference.high >= 0;
}

SweepBands empty_bands(std::vector<std::size_t> ranks, int times) {
  SweepBands bands;
  bands.ranks = std::move(ranks);
  for (int i = 1; i <= times; ++i) bands.fractions.push_back(static_cast<double>(i) / static_cast<double>(times));
  return bands;
}

std::optional<SweepBands> simulate_bands(const BandsConfig& config, const RankedBy& ranking,
                                         std::span<const RankedCandidate> ranked, SweepObserver& observer,
                                         Performance& spent) {
  if (config.candidates == BandsConfig::Candidates::none) return std::nullopt;
  std::size_t finalists = 0;
  std::vector<std::size_t> ranks;
  std::vector<RecordedCandidate> recorded;
  for (const std::size_t place : recorded_places(config, ranked, finalists)) {
    ranks.push_back(place + 1);
    recorded.push_back({&ranked[place].candidate.recipe, ranked[place].paths, &ranked[place].statistics});
  }
  observer.before_bands(ranks.size());
  SweepBands bands = empty_bands(std::move(ranks), config.times);
  bands.finalists = finalists;
  RecordedLosses losses = record_losses(config.times, ranking, recorded, spent);
  bands.steps = std::move(losses.steps);
  bands.statistics = std::move(losses.statistics);
  return bands;
}

std::size_t bands_bytes(const BandsConfig& config, const LossSde& sde, const EnsembleRequest& ranking,
                        std::size_t schedules, const Execution& execution, Step block) {
  if (config.candidates == BandsConfig::Candidates::none) return 0;
  const bool every = config.candidates == BandsConfig::Candidates::all;
  const std::size_t candidates = every ? schedules : std::min(schedules, kMostFinalists);
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
