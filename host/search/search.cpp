#include "losscast/search/search.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "exact_means.hpp"
#include "losscast/error.hpp"
#include "paired.hpp"
#include "posterior_doubt.hpp"
#include "rivals.hpp"

namespace losscast {
namespace {

constexpr std::int64_t kFirstDraws = 32;
constexpr std::size_t kRivalsOfADraw = 32;
constexpr int kCoarsestBlocks = 16, kFinestBlocks = 256;          // of a segment
constexpr std::size_t kSample = 64;                               // candidates whose blocks are judged
constexpr std::int64_t kMostFinalValues = std::int64_t{1} << 23;  // some seconds of work
constexpr int kFiner = 4;                                         // times the blocks that these are judged by

// Candidates that exist, spread evenly over all numbers.
std::vector<std::int64_t> sample_of(const CandidateList& candidates, int threads) {
  const auto spread = [&](std::int64_t wanted) {
    std::vector<std::int64_t> numbers, found;
    const std::int64_t all = candidates.size(), count = std::min(all, wanted);
    for (std::int64_t i = 0; i < count; ++i) numbers.push_back(i * all / count);
    const auto made = candidates.make(numbers, threads);
    for (std::size_t i = 0; i < made.size() && found.size() < kSample; ++i)
      if (made[i]) found.push_back(numbers[i]);
    return found;
  };
  for (std::int64_t wanted = kSample;; wanted *= 16) {
    std::vector<std::int64_t> found = spread(wanted);
    if (!found.empty()) return found;
    if (wanted >= candidates.size()) throw_no_candidate(candidates.space());
  }
}

// By how much blocks shift the difference of two candidates' means, about: twice the standard deviation, over a sample
// of them, of what four times as many blocks change, for the first draw.
double block_error(ExactMeans& means, std::span<const std::int64_t> sample, int blocks) {
  std::vector<float> coarse(sample.size()), fine(sample.size());
  means.set_blocks_per_segment(kFiner * blocks);
  means.observe(sample, 0, 1, fine);
  means.set_blocks_per_segment(blocks);
  means.observe(sample, 0, 1, coarse);
  double sum = 0, squares = 0;
  std::int64_t count = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double shift = static_cast<double>(coarse[i]) - static_cast<double>(fine[i]);
    if (!std::isfinite(shift)) continue;
    sum += shift;
    squares += shift * shift;
    ++count;
  }
  if (count < 2) return 0;
  const auto n = static_cast<double>(count);
  return 2 * std::sqrt(std::max(0.0, squares - sum * sum / n) / (n - 1));
}

// Standard deviation of the final loss of a run with known parameters: what two runs of one schedule differ by.
double noise_of_a_run(const EnsembleRequest& request, const Schedule& schedule) {
  std::vector<double> mean(request.draws.front().size(), 0);
  for (const std::vector<double>& draw : request.draws)
    for (std::size_t p = 0; p < mean.size(); ++p) mean[p] += draw[p] / static_cast<double>(request.draws.size());
  const BlockTable table =
      make_coarse_table(schedule, request.model->effective_lr(), request.ref_lr, request.weight_decay, kFinestBlocks);
  const int last[] = {static_cast<int>(table.blocks.size())};
  return std::sqrt(request.model->moments(table, mean, request.noise, Scheme::exact_moments, last)[0].variance);
}

void check(const EnsembleRequest& request, const SearchOptions& options) {
  if (request.spikes.any())
    throw InputError("the search is by exact means (with spikes there are none) leave the spikes out");
  if (options.delta && !(*options.delta > 0 && std::isfinite(*options.delta)))
    throw InputError(
        fmt::format("delta = {:g} is no difference that matters (it is in nats, above 0) give one such "
                    "as 1e-3",
                    *options.delta));
  if (!(options.confidence > 0 && options.confidence < 1))
    throw InputError(
        fmt::format("{:g} is no confidence (it is a probability between 0 and 1, both excluded) give one such as 0.95",
                    options.confidence));
}

}  // namespace

SearchResult search(const CandidateList& candidates, const EnsembleRequest& request, const SearchOptions& options) {
  check(request, options);
  ConditionalMeans conditional(request);
  ExactMeans means(candidates, conditional, request.threads);
  const std::vector<std::int64_t> sample = sample_of(candidates, request.threads);

  SearchResult result;
  result.confidence = options.confidence;
  result.delta = options.delta.value_or(0);
  result.delta_source = "given";
  if (!options.delta) {
    result.delta = noise_of_a_run(request, candidates.make({sample.data(), 1})[0]->schedule);
    result.delta_source = "the standard deviation of a run's final loss around its mean, by the fit";
    if (!(result.delta > 0))
      throw InputError("the fit gives a run no noise (delta is that by default) give delta, in nats");
  }
  for (result.blocks_per_segment = kCoarsestBlocks;; result.blocks_per_segment *= 2) {
    result.unit_error = block_error(means, sample, result.blocks_per_segment);
    if (result.unit_error <= result.delta / 8) break;
    if (result.blocks_per_segment == kFinestBlocks)
      throw InputError(
          fmt::format("delta = {:g} nats is too small (the integration's own error is {:.1g}) give at least {:.1g}",
                      result.delta, result.unit_error, 8 * result.unit_error));
  }

  Rivals rivals(static_cast<std::size_t>(std::min(kFirstDraws, means.units())), kRivalsOfADraw);
  RaceRules rules;
  rules.delta = result.delta;
  rules.confidence = options.confidence;
  rules.unit_error = result.unit_error;
  rules.first_units = static_cast<std::int64_t>(rivals.draws());
  rules.most_rounds = options.most_rounds;
  rules.most_path_steps = options.most_path_steps;
  rules.most_seconds = options.most_seconds;
  rules.after_round = options.after_round;
  rules.watch = [&](std::span<const std::int64_t> numbers, std::span<const float> values) {
    rivals.see(numbers, values);
  };
  result.race = race(means, rules);
  // All draws, where the finalists are few enough; else those of the last round.
  const std::int64_t finalists = static_cast<std::int64_t>(result.race.finalists.size());
  const std::int64_t units =
      finalists * means.units() <= kMostFinalValues ? means.units() : result.race.rounds.back().units;
  result.selection = certify(means, units, result.race, rules);
  result.winner = result.selection.winner;
  result.posterior = posterior_doubt(means, result.winner, rivals, result.delta, options.confidence);
  result.performance = conditional.performance();
  return result;
}

}  // namespace losscast
