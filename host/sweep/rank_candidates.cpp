#include "sweep/rank_candidates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "losscast/base/error.hpp"
#include "losscast/base/memory.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/sweep/ranked_rows.hpp"
#include "sweep/known_differences.hpp"
#include "sweep/paired_difference.hpp"
#include "sweep/simulate_bands.hpp"
#include "sweep/sweep_request.hpp"
#include "sweep/weighed_divergence.hpp"

namespace losscast {
namespace {

// What the means are taken of is kept of all candidates at once while it stays below this; beyond it they are simulated
// again, part by part. A goal keeps it in any case, as its rounds are not repeated.
constexpr std::size_t kKeptBytes = std::size_t{128} << 20, kKeptForGoal = std::size_t{1} << 30;

// Candidates of which so many bytes keep it: with antithetic pairs, a number for two paths.
std::size_t candidates_kept(std::size_t bytes, const EnsembleRequest& request) {
  const std::size_t paths_of_number = request.levers.antithetic != Lever::off && request.paths % 2 == 0 ? 2 : 1;
  const std::size_t numbers = static_cast<std::size_t>(request.paths) / paths_of_number;
  return std::max<std::size_t>(1, bytes / (numbers * sizeof(float) + kDrawBatches * sizeof(double)));
}

// Candidates' numbers from best to worst, or as given.
std::vector<std::size_t> ranking(const EnsembleResult& result, const std::vector<WeighedDivergence>& divergence,
                                 Order wanted) {
  std::vector<std::size_t> order(result.statistics.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (wanted == Order::as_given) return order;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return standing(result.statistics[a].front(), divergence[a]) <
           standing(result.statistics[b].front(), divergence[b]);
  });
  return order;
}

// Of a candidate that is ranked.
std::size_t memory_with_results(const Candidate& one) {
  return memory_bytes(one) + sizeof(RankedCandidate) + sizeof(PairedDifference) + sizeof(Recipe);
}

// Returns how many bytes are needed beside what the engine and bands take: for the candidates and their results.
std::size_t memory_beside(const std::vector<Candidate>& candidates) {
  std::size_t bytes = 0;
  for (const Candidate& one : candidates) bytes += memory_with_results(one);
  return bytes;
}

// Simulates candidates, and compares each with the first of an order.
class Ranking {
 public:
  Ranking(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit, const SweepOptions& options)
      : config_(config),
        candidates_(std::move(candidates)),
        fit_(fit),
        options_(options),
        sde_(simulated_sde(config, fit)),
        request_(sweep_request(config, options)),
        kept_(candidates_kept(options.goal.any() ? kKeptForGoal : kKeptBytes, request_)),
        beside_(memory_beside(candidates_)) {
    request_.recipes.reserve(candidates_.size());
    for (Candidate& candidate : candidates_) request_.recipes.push_back(std::move(candidate.recipe));
    divergence_ = weighed_divergence(divergence_cost(config, fit), request_.recipes, options.execution.threads);
  }

  SweepResult run(Order wanted) && {
    request_.keep = candidates_.size() <= kept_ ? EnsembleRequest::Keep::samples : EnsembleRequest::Keep::statistics;
    const PreciseResult precise = simulate_all();
    const EnsembleResult& result = precise.result;
    const std::vector<std::size_t> order = ranking(result, divergence_, wanted);
    // Whatever is simulated from here on is to be comparable.
    request_.block = result.step_error.block;
    request_.levers = as_used(result.levers);
    out_.performance = result.performance;
    out_.levers = result.levers;
    if (options_.goal.any()) out_.precision = precise.report;
    const std::vector<PairedDifference> differences = compare_all(result, order.front());

    out_.step_error = result.step_error;
    out_.ranked.reserve(order.size());
    for (const std::size_t i : order) {
      candidates_[i].recipe = std::move(request_.recipes[i]);
      auto flags = extrapolations(fit_, candidates_[i].recipe.schedule);
      out_.ranked.push_back({std::move(candidates_[i]),
                             result.statistics[i].front(),
                             differences[i],
                             precise.paths[i],
                             std::move(flags),
                             {},
                             divergence_[i]});
    }
    out_.counts = count_ranked(out_.ranked);
    const RunDecisions decisions{result.step_error, result.levers, {}};
    out_.bands = simulate_bands(config_.bands, {sde_, request_, decisions, options_.execution}, out_.ranked,
                                *options_.observer, out_.performance);
    return std::move(out_);
  }

 private:
  // Without a goal, every candidate gets all paths.
  PreciseResult simulate_all() {
    const auto before_run = [&](EnsembleWork work) {
      work.host_bytes += beside_;
      work.host_bytes +=
          bands_bytes(config_.bands, sde_, request_, request_.recipes.size(), options_.execution, work.block);
      require_memory(work.host_bytes);
      options_.observer->before_run(work);
      options_.observer->expects(seconds_of(work));
    };
    const PrecisionGoal& goal = options_.goal;
    if (!goal.any())
      return {losscast::run(sde_, request_, options_.execution, before_run),
              std::vector<std::int64_t>(request_.recipes.size(), request_.paths),
              {}};
    if (request_.keep != EnsembleRequest::Keep::samples)
      throw InputError(
          fmt::format("{} candidates with up to {} paths each are too many for a precision goal",
                      request_.recipes.size(), request_.paths),
          fmt::format("what their means are taken of is kept, and would exceed {} MiB", kKeptForGoal >> 20),
          "lower paths or the number of candidates");
    return run_to_precision(sde_, request_, options_.execution, goal, before_run);
  }

  // Where samples are not kept, candidates are simulated twice; and once more, if all have bands.
  double seconds_of(const EnsembleWork& work) const {
    const bool twice = request_.keep != EnsembleRequest::Keep::samples;
    const bool all_again = config_.bands.candidates == BandsConfig::Candidates::all;
    return (1 + (twice ? 1 : 0) + (all_again ? 1 : 0)) * seconds_ahead(sde_, request_, options_.execution, work);
  }

  // Each candidate's difference to the best one, from the samples that were kept or, where these would be too many,
  // from others like them, part by part.
  std::vector<PairedDifference> compare_all(const EnsembleResult& result, std::size_t best) {
    std::vector<PairedDifference> differences(candidates_.size());
    const auto compare = [&](std::size_t first, const std::vector<MeanSample>& samples, const MeanSample& with) {
      parallel_for(static_cast<std::int64_t>(samples.size()), options_.execution.threads, [&](std::int64_t i) {
        const auto at = static_cast<std::size_t>(i);
        differences[first + at] = paired_difference(samples[at], with, config_.confidence,
                                                    divergence_[first + at].added - divergence_[best].added);
      });
    };
    if (request_.keep == EnsembleRequest::Keep::samples) {
      compare(0, result.samples, result.samples[best]);
      return differences;
    }
    const MeanSample of_best = samples_of(best, best + 1).front();
    for (std::size_t first = 0; first < candidates_.size(); first += kept_)
      compare(first, samples_of(first, std::min(candidates_.size(), first + kept_)), of_best);
    return differences;
  }

  // Simulates candidates number first ... last - 1 once more, and returns their samples.
  std::vector<MeanSample> samples_of(std::size_t first, std::size_t last) {
    EnsembleRequest part = sweep_request(config_, options_);
    part.block = request_.block;
    part.levers = request_.levers;
    part.keep = EnsembleRequest::Keep::samples;
    part.recipes.assign(request_.recipes.begin() + static_cast<std::ptrdiff_t>(first),
                        request_.recipes.begin() + static_cast<std::ptrdiff_t>(last));
    EnsembleResult result = losscast::run(sde_, part, options_.execution);
    add(out_.performance, result.performance);
    return std::move(result.samples);
  }

  const SweepConfig& config_;
  std::vector<Candidate> candidates_;
  const Fit& fit_;
  const SweepOptions& options_;
  LossSde sde_;
  EnsembleRequest request_;
  std::vector<WeighedDivergence> divergence_;  // of each candidate, as given
  std::size_t kept_;                           // candidates whose samples are kept at once
  std::size_t beside_;                         // bytes, as memory_beside() says
  SweepResult out_;
};

}  // namespace

void require_memory(std::size_t bytes) {
  if (bytes <= usable_memory()) return;
  const auto gigabytes = [](std::size_t b) { return static_cast<double>(b) * 1e-9; };
  throw InputError(fmt::format("the sweep needs {:.1f} GB of memory", gigabytes(bytes)),
                   fmt::format("this machine has {:.1f} GB", gigabytes(usable_memory())),
                   "lower search.candidates, paths or bands.times, or have fewer bands with bands.candidates");
}

void require_memory_for(const CandidateList& candidates) {
  constexpr std::int64_t kSample = 256;
  const std::int64_t all = candidates.size(), count = std::min(all, kSample);
  if (count == 0) return;
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < count; ++i) numbers.push_back(i * all / count);
  std::size_t bytes = 0;
  for (const std::optional<Candidate>& one : candidates.make(numbers))
    if (one) bytes += memory_with_results(*one);
  require_memory(bytes / static_cast<std::size_t>(count) * static_cast<std::size_t>(all));
}

SweepResult rank_candidates(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                            const SweepOptions& options, Order order) {
  const auto began = std::chrono::steady_clock::now();
  SweepResult result = Ranking(config, std::move(candidates), fit, options).run(order);
  result.total_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return result;
}

SweepResult rank_by_mean(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                         const SweepOptions& options) {
  SweepResult result = rank_candidates(config, std::move(candidates), fit, options, Order::by_mean);
  add_known_differences(config, fit, config.delta.value_or(kUsualDelta), {}, options.execution, result);
  return result;
}

}  // namespace losscast
