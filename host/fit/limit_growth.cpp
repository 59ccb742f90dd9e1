#include "fit/limit_growth.hpp"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

#include "losscast/base/parallel.hpp"
#include "losscast/model/strained_lr.hpp"
#include "losscast/schedule/warmup.hpp"

namespace losscast {

namespace {

constexpr double kDifferentWarmups = 2;
constexpr double kLeastFall = 0.01;  // of the cost
constexpr int kPowers = 20, kCoarse = 5;

double warmup_of(const Observations& run) {
  return static_cast<double>(std::max<Step>(1, warmup_end(run.curve->recipe.schedule)));
}

double peak_of(const FitProblem& problem, const Observations& run) {
  return run.curve->recipe.peak_lr() / problem.reference.lr;
}

// The position of the limit of stability, if the model has one that is searched.
std::optional<std::size_t> limit_of(const FitProblem& problem) {
  for (const std::size_t p : problem.searched)
    if (problem.parameters[p].name == "limit") return p;
  return std::nullopt;
}

// A limit to start from [ref]: below the middle between the lowest and the highest peak.
double low_limit(const FitProblem& problem) {
  double lowest = 1;
  for (const Observations& run : problem.observations) lowest = std::min(lowest, peak_of(problem, run));
  constexpr double kBelow = 0.7;
  return kBelow * std::sqrt(lowest);
}

// Whether the warm-ups of runs beyond a limit [ref] differ. A warm-up strains most at its end. A single run beyond
// would not do, as any misfit of it could pass for a growth.
bool runs_tell_growth(const FitProblem& problem, const Reference& reference, double limit) {
  double shortest = HUGE_VAL, longest = 0;
  for (const Observations& run : problem.observations) {
    const double warmup = warmup_of(run);
    if (strained_lr(reference, peak_of(problem, run), static_cast<Step>(warmup) - 1) <= limit) continue;
    shortest = std::min(shortest, warmup);
    longest = std::max(longest, warmup);
  }
  return longest >= kDifferentWarmups * shortest;
}

// The same observations, by a law with other scales.
FitProblem with_reference(FitProblem problem, const Reference& reference) {
  problem.reference = reference;
  for (Observations& run : problem.observations) {
    std::vector<std::size_t> all(run.steps.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    run = chosen(std::move(run), all, *problem.model, reference);
  }
  return problem;
}

// The lowest minimum at each power that was searched, in units of 1/kPowers.
class PowerSearch {
 public:
  PowerSearch(const FitProblem& problem, std::vector<std::vector<double>> starts, int threads)
      : problem_(problem), starts_(std::move(starts)), threads_(threads) {}

  void search(const std::vector<int>& powers) {
    std::vector<Minimum> found(powers.size() * starts_.size());
    parallel_for(static_cast<std::int64_t>(found.size()), threads_, [&](std::int64_t number) {
      const auto i = static_cast<std::size_t>(number);
      const Reference reference = reference_at(powers[i / starts_.size()]);
      found[i] = minimise(with_reference(problem_, reference), starts_[i % starts_.size()]);
    });
    for (std::size_t i = 0; i < found.size(); ++i) {
      const auto [place, is_new] = minima_.emplace(powers[i / starts_.size()], found[i]);
      if (!is_new && found[i].cost < place->second.cost) place->second = found[i];
    }
  }

  int best() const {
    return std::ranges::min_element(minima_, {}, [](const auto& one) { return one.second.cost; })->first;
  }

  const Minimum& at(int power) const { return minima_.at(power); }

  Reference reference_at(int power) const {
    Reference reference = problem_.reference;
    for (const Observations& run : problem_.observations)
      reference.limit_steps = std::max(reference.limit_steps, warmup_of(run));
    reference.limit_power = static_cast<double>(power) / kPowers;
    return reference;
  }

 private:
  const FitProblem& problem_;
  std::vector<std::vector<double>> starts_;
  int threads_;
  std::map<int, Minimum> minima_;
};

std::vector<int> coarse_powers() {
  std::vector<int> powers;
  for (int power = 0; power <= kPowers; power += kCoarse) powers.push_back(power);
  return powers;
}

std::vector<int> powers_beside(int power) {
  std::vector<int> powers;
  for (int other = std::max(1, power - kCoarse + 1); other <= std::min(kPowers, power + kCoarse - 1); ++other)
    if (other % kCoarse != 0) powers.push_back(other);
  return powers;
}

}  // namespace

bool grow_limit(FitProblem& problem, const Minimum& minimum, int threads) {
  const std::optional<std::size_t> limit = limit_of(problem);
  if (!limit) return false;
  const double low = low_limit(problem);
  if (!runs_tell_growth(problem, problem.reference, low)) return false;
  std::vector<double> from_low = minimum.parameters;
  from_low[*limit] = low;
  PowerSearch powers(problem, {minimum.parameters, from_low}, threads);
  const auto costs_less = [&](int power, double than) { return powers.at(power).cost < (1 - kLeastFall) * than; };
  powers.search(coarse_powers());
  if (!costs_less(powers.best(), minimum.cost)) return false;
  powers.search(powers_beside(powers.best()));
  const int best = costs_less(powers.best(), powers.at(0).cost) ? powers.best() : 0;
  const Reference grown = powers.reference_at(best);
  const double limit_there = powers.at(best).parameters[*limit];
  if (!runs_tell_growth(problem, grown, limit_there)) return false;
  problem.parameters[*limit].starts->front() = limit_there;
  problem = with_reference(std::move(problem), grown);
  return true;
}

}  // namespace losscast
