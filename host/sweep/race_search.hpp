// The race of a sweep in rounds, with the states and parts of the search as bytes.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "losscast/fit/fit.hpp"
#include "losscast/race/search_rounds.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/rounds.hpp"

namespace losscast {

class RaceSearch {
 public:
  // Begins the search, or goes on from its state. The observer of `options` must outlive the object. Throws as
  // SearchRounds() does.
  RaceSearch(const SweepConfig& config, CandidateList candidates, const Fit& fit, const SweepOptions& options,
             std::optional<SearchState> state = {});
  RaceSearch(const RaceSearch&) = delete;  // the search refers to the other members
  RaceSearch& operator=(const RaceSearch&) = delete;

  const CandidateList& candidates() const { return candidates_; }
  SearchState state() const { return search_.state(); }
  bool is_over() const { return search_.is_over(); }

  // What SweepRounds asks of a round, the name of which begins with `race`.
  Round open(const std::string& race) const;
  RoundPart compute(std::int64_t first, std::int64_t count);
  void close(std::span<const std::string_view> parts, double seconds);

  SearchResult result() { return search_.result(); }

 private:
  CandidateList candidates_;
  LossSde sde_;
  SearchRounds search_;
};

}  // namespace losscast
