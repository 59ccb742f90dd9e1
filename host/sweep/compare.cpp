#include "losscast/sweep/compare.hpp"

#include <algorithm>

#include "losscast/fit/forecast.hpp"
#include "losscast/precision/conditional_means.hpp"
#include "losscast/schedule/families.hpp"
#include "race/sorted_quantile.hpp"
#include "sweep/rank_candidates.hpp"

namespace losscast {
namespace {

constexpr int kBlocksPerSegment = 64;

// Each schedule's difference to the first, draw by draw.
void add_differences_of_draws(const LossSde& sde, const Execution& execution, double confidence,
                              std::vector<ComparedSchedule>& all) {
  std::vector<Recipe> recipes;
  for (const ComparedSchedule& one : all) recipes.push_back(one.simulated.candidate.recipe);
  ConditionalMeans means(sde, execution);
  const auto draws = static_cast<std::size_t>(means.draws());
  std::vector<float> values(recipes.size() * draws);
  means.evaluate(recipes, kBlocksPerSegment, 0, means.draws(), values);
  for (std::size_t s = 0; s < all.size(); ++s) {
    std::vector<double> differences(draws);
    for (std::size_t d = 0; d < draws; ++d)
      differences[d] = static_cast<double>(values[s * draws + d]) - static_cast<double>(values[d]);
    const auto better = std::count_if(differences.begin(), differences.end(), [](double d) { return d < 0; });
    all[s].share_better = static_cast<double>(better) / static_cast<double>(draws);
    std::sort(differences.begin(), differences.end());
    all[s].draws_low = sorted_quantile(differences, (1 - confidence) / 2);
    all[s].draws_high = sorted_quantile(differences, (1 + confidence) / 2);
  }
}

}  // namespace

Comparison compare_schedules(const std::vector<Arguments>& schedules, const SweepConfig& config, const Fit& fit,
                             const SweepOptions& options) {
  std::vector<Candidate> candidates;
  for (const Arguments& arguments : schedules)
    candidates.push_back({candidates.size(), arguments, make_recipe(arguments)});
  SweepConfig simultaneous = config;
  simultaneous.bands.candidates = BandsConfig::Candidates::none;
  // Bonferroni, over the comparisons with the best.
  simultaneous.confidence =
      1 - (1 - config.confidence) / static_cast<double>(std::max<std::size_t>(schedules.size() - 1, 1));
  SweepResult result = rank_by_mean(simultaneous, std::move(candidates), fit, options);
  Comparison comparison;
  comparison.known = std::move(result.known);
  std::vector<ComparedSchedule>& compared = comparison.schedules;
  for (RankedCandidate& one : result.ranked) {
    const std::size_t number = one.candidate.family;
    compared.push_back({number, std::move(one)});
  }
  if (config.spikes.any()) return comparison;
  Execution reproducible = options.execution;
  reproducible.math = MathMode::reproducible;
  add_differences_of_draws(make_sde(fit), reproducible, config.confidence, compared);
  return comparison;
}

}  // namespace losscast
