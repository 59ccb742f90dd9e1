// Candidates measured by simulated paths, for objectives that have no exact value.
#pragma once

#include "losscast/precision/coarse_ensemble.hpp"
#include "losscast/race/objective.hpp"
#include "losscast/race/population.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/space/divergence_cost.hpp"

namespace losscast {

// A unit is the mean of what kPathsOfAUnit paths contribute to the objective, and what divergence costs. As what a path
// contributes depends on the quantile of the whole sample, units must always be observed from the first one on.
class SimulatedUnits final : public Population {
 public:
  static constexpr std::int64_t kPathsOfAUnit = 8;

  SimulatedUnits(const CandidateList& candidates, CoarseEnsemble& paths, const Objective& objective,
                 const DivergenceCost& divergence_cost, int blocks_per_segment, int threads)
      : candidates_(candidates),
        paths_(paths),
        objective_(objective),
        divergence_cost_(divergence_cost),
        blocks_per_segment_(blocks_per_segment),
        threads_(threads) {}

  std::int64_t candidates() const override { return candidates_.size(); }
  std::int64_t units() const override { return std::int64_t{1} << 40; }  // as many as are wanted; no mean is exact
  void observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
               std::span<float> out) override;
  double path_steps() const override { return static_cast<double>(paths_.performance().path_steps); }

 private:
  const CandidateList& candidates_;
  CoarseEnsemble& paths_;
  Objective objective_;
  DivergenceCost divergence_cost_;
  int blocks_per_segment_, threads_;
};

}  // namespace losscast
