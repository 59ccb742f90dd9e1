#include "sweep/race_search.hpp"

#include <utility>
#include <vector>

#include "race/packed_search.hpp"
#include "sweep/sweep_request.hpp"
#include "sweep/weighed_divergence.hpp"

namespace losscast {
namespace {

SearchOptions search_options(const SweepConfig& config, const Fit& fit, const SweepOptions& options) {
  SearchOptions out;
  out.objective = config.objective;
  out.divergence_cost = divergence_cost(config, fit);
  out.delta = config.delta;
  out.confidence = config.confidence;
  out.seed = config.seed;
  out.most_paths = config.paths;
  out.stop = options.goal.stop;
  return out;
}

// Of the field those who survive are kept, which may be all of them; most races leave far more than this behind.
RoundBytes bytes_of(const SearchRounds& search) {
  constexpr double kShareOfSurvivors = 0.1;
  SearchPart part;
  const auto [draws, rivals] = search.rivals_of_part();
  part.best_of_draws.assign(static_cast<std::size_t>(draws),
                            std::vector<std::pair<float, std::int64_t>>(static_cast<std::size_t>(rivals)));
  return {kShareOfSurvivors * sizeof(std::int64_t) * static_cast<double>(search.field_size()),
          static_cast<double>(packed(part).size())};
}

}  // namespace

RaceSearch::RaceSearch(const SweepConfig& config, CandidateList candidates, const Fit& fit, const SweepOptions& options,
                       std::optional<SearchState> state)
    : candidates_(std::move(candidates)),
      sde_(simulated_sde(config, fit)),
      search_(candidates_, sde_, search_options(config, fit, options), options.execution, *options.observer,
              std::move(state)) {}

Round RaceSearch::open(const std::string& race) const {
  return {race + ", " + search_.round_name(), search_.field_size(), search_.seconds_ahead(), bytes_of(search_)};
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
