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
#include "losscast/random/normal_quantile.hpp"
#include "sweep/simulate_bands.hpp"
#include "sweep/sweep_request.hpp"

namespace losscast {
namespace {

// Final losses of all candidates are kept at once up to this size; beyond it they are simulated again, part by part.
constexpr std::size_t kKeptBytes = std::size_t{1} << 30;

PairedDifference paired_difference(const MeanSample& candidate, const MeanSample& best, double z) {
  const MeanEstimate estimate = estimate_difference(candidate, best);
  PairedDifference out;
  out.mean = estimate.mean;
  out.standard_error = estimate.simulation_error;
  out.posterior_error = estimate.posterior_error;
  out.low = out.mean - z * out.standard_error;
  out.high = out.mean + z * out.standard_error;
  return out;
}

// Candidates' numbers from best to worst: by mean, those with lost paths after all others; or as given.
std::vector<std::size_t> ranking(const EnsembleResult& result, Order wanted) {
  std::vector<std::size_t> order(result.statistics.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  if (wanted == Order::as_given) return order;
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    const Statistics &x = result.statistics[a].front(), &y = result.statistics[b].front();
    return std::pair(x.status, x.mean) < std::pair(y.status, y.mean);
  });
  return order;
}

void require_memory(std::size_t bytes) {
  if (bytes <= usable_memory()) return;
  const auto gigabytes = [](std::size_t b) { return static_cast<double>(b) * 1e-9; };
  throw InputError(fmt::format("the sweep needs {:.1f} GB of memory", gigabytes(bytes)),
                   fmt::format("this machine has {:.1f} GB", gigabytes(usable_memory())),
                   "lower search.candidates, paths or bands.times, or have fewer bands with bands.candidates");
}

// Returns how many bytes are needed beside what the engine and bands take: for the candidates, for their results, and
// for their schedules once more in the request.
std::size_t memory_beside(const std::vector<Candidate>& candidates) {
  std::size_t bytes = candidates.size() * (sizeof(RankedCandidate) + sizeof(PairedDifference));
  for (const Candidate& one : candidates)
    bytes += memory_bytes(one) + sizeof(Recipe) + one.recipe.schedule.segments().size() * sizeof(Segment);
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
        sde_(sweep_sde(config, fit)),
        request_(sweep_request(config, options)),
        z_(normal_quantile(0.5 + config.confidence / 2)),
        kept_(std::max<std::size_t>(1, kKeptBytes / (static_cast<std::size_t>(config.paths) * sizeof(float)))) {
    for (const Candidate& candidate : candidates_) request_.recipes.push_back(candidate.recipe);
  }

  SweepResult run(Order wanted) && {
    request_.keep = candidates_.size() <= kept_ ? EnsembleRequest::Keep::samples : EnsembleRequest::Keep::statistics;
    const PreciseResult precise = simulate_all();
    const EnsembleResult& result = precise.result;
    const std::vector<std::size_t> order = ranking(result, wanted);
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
      auto flags = extrapolations(fit_, candidates_[i].recipe.schedule);
      out_.ranked.push_back({std::move(candidates_[i]), result.statistics[i].front(), differences[i], precise.paths[i],
                             std::move(flags)});
    }
    out_.bands = simulate_bands(config_.bands, sde_, std::move(request_), out_.ranked, options_, out_.performance);
    return std::move(out_);
  }

 private:
  // Without a goal, every candidate gets all paths.
  PreciseResult simulate_all() {
    const auto before_run = [&](EnsembleWork work) {
      work.host_bytes += memory_beside(candidates_);
      work.host_bytes += bands_bytes(config_.bands, sde_, request_, options_.execution, work.block);
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
      throw InputError(fmt::format("{} candidates with up to {} paths each are too many for a precision goal",
                                   request_.recipes.size(), request_.paths),
                       fmt::format("what their means are taken of is kept, and would exceed {} MiB", kKeptBytes >> 20),
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
        differences[first + at] = paired_difference(samples[at], with, z_);
      });
    };
    if (request_.keep == EnsembleRequest::Keep::samples) {
      compare(0, result.samples, result.samples[best]);
      return differences;
    }
    request_.keep = EnsembleRequest::Keep::samples;
    const MeanSample of_best = samples_of(best, best + 1).front();
    for (std::size_t first = 0; first < candidates_.size(); first += kept_)
      compare(first, samples_of(first, std::min(candidates_.size(), first + kept_)), of_best);
    return differences;
  }

  // Simulates candidates number first ... last - 1 once more, and returns their samples.
  std::vector<MeanSample> samples_of(std::size_t first, std::size_t last) {
    request_.recipes.clear();
    for (std::size_t i = first; i < last; ++i) request_.recipes.push_back(candidates_[i].recipe);
    EnsembleResult part = losscast::run(sde_, request_, options_.execution);
    add(out_.performance, part.performance);
    return std::move(part.samples);
  }

  const SweepConfig& config_;
  std::vector<Candidate> candidates_;
  const Fit& fit_;
  const SweepOptions& options_;
  LossSde sde_;
  EnsembleRequest request_;
  double z_;          // half-width of the differences' intervals, in standard errors
  std::size_t kept_;  // candidates whose samples are kept at once
  SweepResult out_;
};

}  // namespace

SweepResult rank_candidates(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                            const SweepOptions& options, Order order) {
  const auto began = std::chrono::steady_clock::now();
  SweepResult result = Ranking(config, std::move(candidates), fit, options).run(order);
  result.total_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return result;
}

}  // namespace losscast
