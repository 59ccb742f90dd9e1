// The work of a ranking's rounds: its candidates simulated, compared with the best, and recorded over time, some of
// them at a time. Where the ranking is, its state says.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "losscast/engine/ensemble.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/space/divergence_cost.hpp"
#include "losscast/sweep/config.hpp"
#include "losscast/sweep/options.hpp"
#include "losscast/sweep/rounds.hpp"
#include "sweep/candidate_order.hpp"
#include "sweep/ranking_field.hpp"
#include "sweep/ranking_parts.hpp"
#include "sweep/values_of_draws.hpp"

namespace losscast {

class RankingWork {
 public:
  // `config` must outlive the object.
  RankingWork(const SweepConfig& config, const Fit& fit, const SweepOptions& options);

  const SweepConfig& config() const { return config_; }
  const SweepOptions& options() const { return options_; }
  const std::shared_ptr<const RankingField>& field() const { return field_; }
  const LossSde& sde() const { return sde_; }
  std::size_t draws() const { return static_cast<std::size_t>(values_.draws()); }
  double delta() const { return config_.delta.value_or(kUsualDelta); }

  // Where the candidates lie; `earlier` as in RankingState. Before anything is asked of a place.
  void set_order(const std::vector<std::int64_t>& earlier);
  std::int64_t number(std::int64_t place) const { return order_->number(place); }

  // How many candidates are simulated together: so many that their samples stay within bounds.
  std::size_t at_once() const;

  // The recipes of the candidates at some places, as far as they exist.
  struct Made {
    std::vector<std::int64_t> places;
    std::vector<Recipe> recipes;
  };
  Made make(std::int64_t first, std::int64_t count) const;

  ValuesOfDraws& values() { return values_; }

  // The final losses of recipes in the fit's draws, [recipe][draw].
  std::vector<float> values_of(const std::vector<Recipe>& recipes);

  // What divergence adds to their means.
  std::vector<WeighedDivergence> divergence_of(std::span<const Recipe> recipes) const;

  EnsembleResult run(const std::vector<Recipe>& recipes, EnsembleRequest::Keep keep,
                     const RunDecisions& decisions) const;

  // The parts of the three rounds, of the candidates at some places.
  RoundPart simulate(const RankingState& state, std::int64_t first, std::int64_t count);
  RoundPart compare(const RankingState& state, std::int64_t first, std::int64_t count);
  RoundPart record(const RankingState& state, std::int64_t first, std::int64_t count) const;

  // Fills in the differences of some records to the best.
  void compare_with_best(std::span<RankedRecord> records, std::span<const MeanSample> samples,
                         std::span<const float> values, const Best& best) const;

  // The losses over time of the candidates at some places of the ranking.
  RecordedLosses record_places(const RankingState& state, std::span<const std::size_t> places,
                               Performance& spent) const;

 private:
  // Calls take(candidates) for all that exist at these places, some at a time.
  template <class Take>
  void for_each_group(std::int64_t first, std::int64_t count, Take take) const {
    const auto group = static_cast<std::int64_t>(at_once());
    for (std::int64_t begin = 0; begin < count; begin += group) {
      const Made made = make(first + begin, std::min(group, count - begin));
      if (!made.recipes.empty()) take(made);
    }
  }

  const SweepConfig& config_;
  const SweepOptions options_;
  std::shared_ptr<const RankingField> field_;
  LossSde sde_;
  DivergenceCost divergence_cost_;
  ValuesOfDraws values_;
  std::optional<CandidateOrder> order_;
};

// Adds what a part took. Throws InputError where parts speak of more work than can have been done.
void add_work(Performance& sum, const Performance& more);

}  // namespace losscast
