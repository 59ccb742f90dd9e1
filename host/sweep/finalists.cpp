#include "sweep/finalists.hpp"

#include <algorithm>
#include <set>

#include "losscast/random/derived_seed.hpp"
#include "sweep/known_differences.hpp"
#include "sweep/rank_candidates.hpp"
#include "sweep/sweep_request.hpp"

namespace losscast {
namespace {

// The winner, then the finalists nearest to it.
std::vector<std::int64_t> finalists_of(const SearchResult& found) {
  std::vector<std::int64_t> numbers = {found.winner};
  for (const Standing& one : found.selection.standing)
    if (numbers.size() < kMostFinalists) numbers.push_back(one.number);
  return numbers;
}

// Other candidates, spread over the whole space: so many that every recipe has one like it, as the law's error takes
// it.
std::vector<std::int64_t> spread_beside(const std::vector<std::int64_t>& finalists, std::int64_t candidates) {
  constexpr std::int64_t kMost = 4096;
  const std::int64_t count = std::min(candidates, kMost);
  const std::set<std::int64_t> left_out(finalists.begin(), finalists.end());
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < count; ++i)
    if (const std::int64_t number = i * candidates / count; !left_out.contains(number)) numbers.push_back(number);
  return numbers;
}

// Those of them that the space has.
std::vector<Candidate> made(const CandidateList& candidates, const std::vector<std::int64_t>& numbers, int threads) {
  std::vector<Candidate> found;
  for (std::optional<Candidate>& one : candidates.make(numbers, threads))
    if (one) found.push_back(std::move(*one));
  return found;
}

SweepCertificate certificate_of(const CandidateList& candidates, SearchResult found) {
  SweepCertificate certificate;
  std::vector<std::int64_t> numbers;
  if (found.posterior) numbers = found.posterior->indistinguishable;
  numbers.resize(std::min(numbers.size(), kMostAlternatives));
  for (const std::optional<Candidate>& one : candidates.make(numbers))
    certificate.alternatives.push_back(one->arguments);
  if (found.posterior && found.posterior->next_run)
    certificate.next_run = candidates.make({&*found.posterior->next_run, 1}).front()->arguments;
  certificate.search = std::move(found);
  return certificate;
}

// Returns the winner's largest risks over the space's horizons; the limits hold at each of them.
std::vector<LimitedRisk> risks_of(const CandidateList& candidates, std::int64_t winner, const Limits& limits,
                                  const LossSde& sde) {
  std::vector<LimitedRisk> largest;
  for (std::size_t h = 0; h < std::max<std::size_t>(candidates.space().horizons.size(), 1); ++h) {
    const Recipe recipe = candidates.make({&winner, 1}, 1, h).front()->recipe;
    const std::vector<LimitedRisk> risks = limited_risks(recipe, limits, sde);
    if (largest.empty()) largest = risks;
    for (std::size_t i = 0; i < risks.size(); ++i)
      largest[i].probability = std::max(largest[i].probability, risks[i].probability);
  }
  return largest;
}

}  // namespace

SweepResult simulate_finalists(const SweepConfig& config, const CandidateList& candidates, SearchResult found,
                               const Fit& fit, const SweepOptions& options) {
  SweepConfig of_finalists = config;
  of_finalists.seed = derived_seed(config.seed, Stream::certify, 0);
  SweepOptions simulation = options;
  simulation.goal = {};
  simulation.goal.target_error = options.goal.target_error;
  const int threads = options.execution.threads;
  const std::vector<std::int64_t> finalists = finalists_of(found);
  SweepResult result =
      rank_candidates(of_finalists, made(candidates, finalists, threads), fit, simulation, Order::as_given);
  add_known_differences(config, fit, found.delta,
                        made(candidates, spread_beside(finalists, candidates.size()), threads), options.execution,
                        result);
  add(result.performance, found.performance);
  result.certificate = certificate_of(candidates, std::move(found));
  result.certificate->risks =
      risks_of(candidates, result.certificate->search.winner, config.limits, sweep_sde(config, fit));
  result.certificate->certified =
      result.certificate->search.selection.certified && result.ranked.front().statistics.status == Status::ok;
  return result;
}

}  // namespace losscast
