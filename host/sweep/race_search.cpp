#include "sweep/race_search.hpp"

#include <utility>
#include <vector>

#include "race/packed_search.hpp"
#include "sweep/finalists.hpp"
#include "sweep/sweep_request.hpp"

namespace losscast {
namespace {

SearchOptions search_options(const SweepConfig& config, const SweepOptions& options) {
  SearchOptions out;
  out.objective = config.objective;
  out.delta = config.delta;
  out.confidence = config.confidence;
  out.seed = config.seed;
  out.most_paths = config.paths;
  out.stop = options.goal.stop;
  return out;
}

}  // namespace

RaceSearch::RaceSearch(const SweepConfig& config, CandidateList candidates, const Fit& fit, const SweepOptions& options,
                       std::optional<SearchState> state)
    : candidates_(std::move(candidates)),
      sde_(sweep_sde(without_limited_risks(config), fit)),
      search_(candidates_, sde_, search_options(config, options), options.execution, *options.observer,
              std::move(state)) {}

Round RaceSearch::open(const std::string& race) const {
  return {race + ", " + search_.round_name(), search_.field_size(), search_.seconds_ahead()};
}

RoundPart RaceSearch::compute(std::int64_t first, std::int64_t count) {
  const SearchPart part = search_.compare(first, count);
  return {packed(part), search_.lowest_loss(part)};
}

void RaceSearch::close(std::span<const std::string_view> parts, double seconds) {
  std::vector<SearchPart> of_search;
  for (const std::string_view part : parts) of_search.push_back(unpacked<SearchPart>(part));
  search_.close(of_search, seconds);
}

}  // namespace losscast
