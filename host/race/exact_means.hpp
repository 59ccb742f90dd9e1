// Candidates measured by their exact mean given a parameter draw, averaged over the horizons of their space.
#pragma once

#include <optional>

#include "losscast/precision/conditional_means.hpp"
#include "losscast/race/population.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/space/divergence_cost.hpp"

namespace losscast {

class ExactMeans final : public Population {
 public:
  // `spikes` may have jumps, whose mean is exact too, but no barrier. What divergence costs is added to every mean.
  ExactMeans(const CandidateList& candidates, ConditionalMeans& means, const Spikes& spikes,
             const DivergenceCost& divergence_cost, int threads)
      : candidates_(candidates), means_(means), spikes_(spikes), divergence_cost_(divergence_cost), threads_(threads) {}

  // Means of these schedules under draws first ... first + count - 1, out[schedule * count + draw] [nats].
  void evaluate(std::span<const Recipe> recipes, std::int64_t first, std::int64_t count, std::span<float> out);

  // Sets into how many blocks each segment of a schedule is cut; values that are compared need the same number.
  void set_blocks_per_segment(int blocks) { blocks_per_segment_ = blocks; }

  std::int64_t candidates() const override { return candidates_.size(); }
  std::int64_t units() const override { return means_.draws(); }
  void observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
               std::span<float> out) override;
  double path_steps() const override { return static_cast<double>(means_.performance().path_steps); }

  // Like observe(), at one of the space's horizons; where there is none, at that of the candidates themselves.
  void observe_horizon(std::span<const std::int64_t> numbers, std::optional<std::size_t> horizon, std::int64_t first,
                       std::int64_t count, std::span<float> out);

 private:
  const CandidateList& candidates_;
  ConditionalMeans& means_;
  Spikes spikes_;
  DivergenceCost divergence_cost_;
  int threads_;
  int blocks_per_segment_ = 16;
};

}  // namespace losscast
