#include "losscast/fit/end_law.hpp"

#include <algorithm>
#include <cmath>
#include <span>
#include <vector>

#include "fit/laws_of_draws.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/engine/mean_sample.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/schedule/continuation.hpp"

namespace losscast {
namespace {

constexpr int kBlocks = 16, kFineBlocks = 1024;  // of a segment: for all draws, and for their mean
constexpr double kQuantileError = 1e-9;          // [nats]
constexpr double kLeastDeviation = 1e-12;        // [nats], so that a law without noise has quantiles, too
constexpr std::int64_t kDrawsTogether = 64;      // that one thread takes at a time

// The moments at the end of a run, in so many blocks a segment.
class EndMoments {
 public:
  EndMoments(const LossSde& sde, const Recipe& recipe, int blocks)
      : sde_(sde),
        table_(make_coarse_table(recipe, sde.model->effective_lr(), sde.reference, sde.weight_decay, blocks)),
        last_{static_cast<int>(table_.blocks.size())} {}

  LossMoments of_draw(const std::vector<double>& draw) const {
    return sde_.model->moments(table_, draw, sde_.noise, Scheme::exact_moments, last_).front();
  }

 private:
  const LossSde& sde_;
  BlockTable table_;
  int last_[1];
};

// P(loss <= value).
double probability_below(std::span<const NormalLaw> laws, double value) {
  double sum = 0;
  for (const NormalLaw& law : laws) sum += std::erfc((law.mean - value) / (law.deviation * std::sqrt(2.0))) / 2;
  return sum / static_cast<double>(laws.size());
}

double quantile_of(std::span<const NormalLaw> laws, double probability) {
  constexpr double kFar = 10;  // deviations, beyond which nothing is
  double low = laws.front().mean, high = low;
  for (const NormalLaw& law : laws) {
    low = std::min(low, law.mean - kFar * law.deviation);
    high = std::max(high, law.mean + kFar * law.deviation);
  }
  while (high - low > kQuantileError) {
    const double middle = low + (high - low) / 2;
    (probability_below(laws, middle) < probability ? low : high) = middle;
  }
  return low + (high - low) / 2;
}

}  // namespace

std::vector<double> mean_draw(const ParameterDraws& draws) {
  std::vector<double> mean(draws.front().size(), 0.0);
  for (const auto& draw : draws)
    for (std::size_t p = 0; p < mean.size(); ++p) mean[p] += draw[p] / static_cast<double>(draws.size());
  return mean;
}

// The law given each draw. What blocks shift is nearly the same for all draws: it is taken out by that at their mean.
std::vector<NormalLaw> laws_of_draws(const LossSde& sde, const Recipe& recipe, int threads) {
  const EndMoments moments(sde, recipe, kBlocks);
  const std::vector<double> middle = mean_draw(sde.draws);
  const LossMoments coarse = moments.of_draw(middle), fine = EndMoments(sde, recipe, kFineBlocks).of_draw(middle);
  const double shift = fine.mean - coarse.mean, growth = coarse.variance > 0 ? fine.variance / coarse.variance : 1;
  const double observation = static_cast<double>(sde.noise.observation);
  std::vector<NormalLaw> laws(sde.draws.size());
  const auto count = static_cast<std::int64_t>(laws.size());
  parallel_for((count + kDrawsTogether - 1) / kDrawsTogether, threads, [&](std::int64_t part) {
    for (std::int64_t d = part * kDrawsTogether; d < std::min(count, (part + 1) * kDrawsTogether); ++d) {
      const auto at = static_cast<std::size_t>(d);
      const LossMoments one = moments.of_draw(sde.draws[at]);
      const double variance = growth * one.variance + observation * observation;
      laws[at] = {one.mean + shift, std::max(kLeastDeviation, std::sqrt(variance))};
    }
  });
  return laws;
}

LossForecast forecast_at(const LossSde& sde, const Recipe& recipe, Step step, int threads) {
  LOSSCAST_EXPECTS(!sde.draws.empty() && step >= 1 && step <= recipe.total_steps());
  check_recipe(*sde.model, sde.reference, recipe);
  const std::vector<NormalLaw> laws = laws_of_draws(sde, first_updates(recipe, step), threads);
  LossForecast out;
  std::vector<float> means;
  for (const NormalLaw& law : laws) {
    out.mean += law.mean / static_cast<double>(laws.size());
    means.push_back(static_cast<float>(law.mean));
  }
  const auto draws = static_cast<std::int64_t>(laws.size());
  out.posterior_error = estimate_mean({0, means, draws, batch_means(means, draws)}).posterior_error;
  out.q05 = quantile_of(laws, 0.05);
  out.q95 = quantile_of(laws, 0.95);
  return out;
}

}  // namespace losscast
