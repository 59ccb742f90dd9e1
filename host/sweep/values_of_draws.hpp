// The final losses of recipes as the fit knows them, draw by draw.
#pragma once

#include <cstdint>
#include <span>

#include "fit/law_error_given_runs.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/precision/conditional_means.hpp"
#include "losscast/schedule/recipe.hpp"
#include "losscast/space/divergence_cost.hpp"

namespace losscast {

// In each draw a loss is its exact mean given the parameters, what jumps and the cost of divergence add to it included,
// plus the error of the law, which runs of similar recipes share. The river, the hills and the points of single runs
// play no part: they say nothing of which recipe is the better.
class ValuesOfDraws {
 public:
  // Draws are the first of `sde`, `most` at most; the law's errors follow from the seed.
  ValuesOfDraws(const LossSde& sde, const DivergenceCost& divergence_cost, std::uint64_t seed,
                const Execution& execution, std::int64_t most = kMostDraws);

  std::int64_t draws() const { return means_.draws(); }

  // The law's error is known at the ends of these runs, to which it was fitted.
  void know(std::span<const Recipe> trained);

  // out[recipe * draws() + draw] [nats]. Precondition: recipes.size() <= kMostAtOnce.
  void evaluate(std::span<const Recipe> recipes, std::span<float> out);

  // Standard deviation of a run's final loss around its value in a draw [nats].
  double noise_of_a_run(const Recipe& recipe) const;

  static constexpr std::int64_t kMostDraws = 128;  // quantiles of 5% and 95% err by 2% of probability
  static constexpr std::size_t kMostAtOnce = ConditionalMeans::kMostSchedulesAtOnce;

 private:
  LossSde sde_;
  DivergenceCost divergence_cost_;
  int threads_;
  ConditionalMeans means_;
  LawErrorGivenRuns error_;
};

}  // namespace losscast
