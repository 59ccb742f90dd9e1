#include "losscast/sweep/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <numeric>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/engine/cost.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/random/normal_quantile.hpp"
#include "sweep/rank_candidates.hpp"
#include "sweep/simulate_bands.hpp"

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

// Without a goal: every candidate gets all paths.
PreciseResult simulate_all(const EnsembleRequest& request, const PrecisionGoal& goal) {
  if (!goal.any()) return {run(request), std::vector<std::int64_t>(request.schedules.size(), request.paths), {}};
  if (request.keep != EnsembleRequest::Keep::samples)
    throw InputError(fmt::format("{} candidates with up to {} paths each are too many for a precision goal",
                                 request.schedules.size(), request.paths),
                     fmt::format("what their means are taken of is kept, and would exceed {} MiB", kKeptBytes >> 20),
                     "lower paths or the number of candidates");
  return run_to_precision(request, goal);
}

void require_memory(std::size_t bytes) {
  if (bytes <= usable_memory()) return;
  const auto gigabytes = [](std::size_t b) { return static_cast<double>(b) * 1e-9; };
  throw InputError(fmt::format("the sweep needs {:.1f} GB of memory", gigabytes(bytes)),
                   fmt::format("this machine has {:.1f} GB", gigabytes(usable_memory())),
                   "lower search.candidates, paths or bands.times, or have fewer bands with bands.candidates");
}

// Beside what the engine takes: candidates with their results, their schedules once more in the request, and bands.
std::size_t memory_beside(const SweepConfig& config, const std::vector<Candidate>& candidates,
                          const EnsembleRequest& request, Step block) {
  std::size_t bytes = candidates.size() * (sizeof(RankedCandidate) + sizeof(PairedDifference));
  for (const Candidate& one : candidates)
    bytes += memory_bytes(one) + sizeof(Schedule) + one.schedule.segments().size() * sizeof(Segment);
  return bytes + bands_bytes(config.bands, request, block);
}

}  // namespace

SweepResult run_sweep(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                      const SweepOptions& options) {
  LOSSCAST_EXPECTS(!candidates.empty());
  return rank_candidates(config, std::move(candidates), fit, options, Order::by_mean);
}

EnsembleRequest sweep_request(const SweepConfig& config, const Fit& fit, const SweepOptions& options) {
  EnsembleRequest request = make_request(fit);
  request.paths = config.paths;
  request.seed = config.seed;
  request.spikes = config.spikes;
  request.backend = options.backend;
  request.math = options.math;
  request.threads = options.threads;
  request.scheme = options.scheme;
  request.block = options.block;
  request.levers = options.levers;
  return request;
}

SweepResult rank_candidates(const SweepConfig& config, std::vector<Candidate> candidates, const Fit& fit,
                            const SweepOptions& options, Order order_wanted) {
  const auto began = std::chrono::steady_clock::now();
  EnsembleRequest request = sweep_request(config, fit, options);
  for (const Candidate& candidate : candidates) request.schedules.push_back(candidate.schedule);
  request.before_run = [&](EnsembleWork work) {
    work.host_bytes += memory_beside(config, candidates, request, work.block);
    require_memory(work.host_bytes);
    if (options.before_run) options.before_run(work);
  };

  const std::size_t kept =
      std::max<std::size_t>(1, kKeptBytes / (static_cast<std::size_t>(config.paths) * sizeof(float)));
  request.keep = candidates.size() <= kept ? EnsembleRequest::Keep::samples : EnsembleRequest::Keep::statistics;
  const PreciseResult precise = simulate_all(request, options.goal);
  const EnsembleResult& result = precise.result;
  const auto order = ranking(result, order_wanted);
  const double z = normal_quantile(0.5 + config.confidence / 2);

  std::vector<PairedDifference> differences(candidates.size());
  const auto compare = [&](std::size_t first, const std::vector<MeanSample>& samples, const MeanSample& best) {
    parallel_for(static_cast<std::int64_t>(samples.size()), options.threads, [&](std::int64_t i) {
      const auto at = static_cast<std::size_t>(i);
      differences[first + at] = paired_difference(samples[at], best, z);
    });
  };
  request.before_run = nullptr;
  request.block = result.step_error.block;
  request.levers = as_used(result.levers);
  SweepResult out;
  out.performance = result.performance;
  out.levers = result.levers;
  if (options.goal.any()) out.precision = precise.report;
  if (request.keep == EnsembleRequest::Keep::samples) {
    compare(0, result.samples, result.samples[order.front()]);
  } else {
    request.keep = EnsembleRequest::Keep::samples;
    const auto simulate = [&](auto first, auto last) {
      request.schedules.clear();
      for (auto candidate = first; candidate != last; ++candidate) request.schedules.push_back(candidate->schedule);
      EnsembleResult part = run(request);
      add(out.performance, part.performance);
      return std::move(part.samples);
    };
    const auto winner = candidates.begin() + static_cast<std::ptrdiff_t>(order.front());
    const MeanSample best = simulate(winner, winner + 1).front();
    for (std::size_t first = 0; first < candidates.size(); first += kept) {
      const auto begin = candidates.begin() + static_cast<std::ptrdiff_t>(first);
      const auto end = candidates.begin() + static_cast<std::ptrdiff_t>(std::min(candidates.size(), first + kept));
      compare(first, simulate(begin, end), best);
    }
  }

  out.step_error = result.step_error;
  out.ranked.reserve(order.size());
  for (const std::size_t i : order) {
    auto flags = extrapolations(fit, candidates[i].schedule);
    out.ranked.push_back(
        {std::move(candidates[i]), result.statistics[i].front(), differences[i], precise.paths[i], std::move(flags)});
  }
  out.bands = simulate_bands(config.bands, std::move(request), out.ranked, options, out.performance);
  out.total_seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
  return out;
}

}  // namespace losscast
