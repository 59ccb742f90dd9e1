#include "losscast/fit/rewarming.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "fit/losses_along.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/fit/forecast.hpp"

namespace losscast {
namespace {

struct Phase {
  Step begin, end;
};

// Whether the LR of a phase rises above the last one before it.
bool rises_again(const Schedule& schedule, const Phase& phase) {
  constexpr Step kTogether = 4096;
  const double before = schedule.lr(phase.begin - 1) * (1 + kSameQuantity);
  std::vector<double> rates;
  for (Step first = phase.begin; first < phase.end; first += kTogether) {
    rates.resize(static_cast<std::size_t>(std::min(kTogether, phase.end - first)));
    schedule.fill(first, rates);
    if (*std::max_element(rates.begin(), rates.end()) > before) return true;
  }
  return false;
}

std::vector<Phase> rewarmed_phases(const Recipe& recipe, std::span<const Step> starts) {
  std::vector<Phase> phases;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    const Phase phase{starts[i], i + 1 < starts.size() ? starts[i + 1] : recipe.total_steps()};
    LOSSCAST_EXPECTS(1 <= phase.begin && phase.begin < phase.end && phase.end <= recipe.total_steps());
    if (rises_again(recipe.schedule, phase)) phases.push_back(phase);
  }
  return phases;
}

// Of each phase; of very many together no more than kMostSteps, each of which costs an update of every draw's law.
int intervals_of(std::size_t phases) {
  constexpr std::size_t kIntervals = 200, kFewest = 10, kMostSteps = 10'000;
  return static_cast<int>(std::clamp(kMostSteps / phases, kFewest, kIntervals));
}

// From the begin to the end, ever further apart: the loss rises within few steps, and takes long to fall.
void add_steps(const Phase& phase, int intervals, std::vector<Step>& steps) {
  for (int i = 0; i <= intervals; ++i) {
    const double share = static_cast<double>(i) / intervals;
    steps.push_back(phase.begin +
                    static_cast<Step>(std::llround(share * share * static_cast<double>(phase.end - phase.begin))));
  }
}

double probability_of_no_rise(const WeightedNormals& change) {
  const double scale = change.deviations.front() * std::numbers::sqrt2;
  double sum = 0;
  for (Eigen::Index d = 0; d < change.means.cols(); ++d)
    sum += change.weights(0, d) * std::erfc(change.means(0, d) / scale) / 2;
  return sum;
}

// Takes the probabilities that the loss is back at ascending steps.
class RecoverySearch {
 public:
  void add(Step step, double probability) {
    for (std::size_t i = 0; i < std::size(kProbabilities); ++i)
      if (!found_[i] && probability >= kProbabilities[i]) found_[i] = between(step, probability, kProbabilities[i]);
    last_step_ = step;
    last_ = probability;
  }
  Rewarming::Recovery result() const { return {found_[0], found_[1], found_[2], last_}; }

 private:
  static constexpr double kProbabilities[] = {0.05, 0.5, 0.95};

  // On the straight line from the step before.
  Step between(Step step, double probability, double wanted) const {
    if (last_step_ == 0 || last_ >= wanted) return step;
    const double share = (wanted - last_) / (probability - last_);
    return last_step_ + static_cast<Step>(std::ceil(share * static_cast<double>(step - last_step_)));
  }

  std::optional<Step> found_[std::size(kProbabilities)];
  Step last_step_ = 0;
  double last_ = 0;
};

Rewarming rewarming_of(const LossesAlong& losses, const Phase& phase) {
  const std::size_t begin = losses.place(phase.begin), end = losses.place(phase.end);
  Rewarming out{.begin = phase.begin,
                .end = phase.end,
                .before = forecast_of(losses.loss(begin)),
                .bump = {},
                .recovery = {},
                .last = forecast_of(losses.loss(end))};
  std::size_t top = begin;
  for (std::size_t at = begin + 1; at <= end; ++at)
    if (losses.mean(at) > losses.mean(top)) top = at;
  RecoverySearch search;
  if (top > begin) {
    out.bump = {losses.steps()[top], forecast_of(losses.loss(top)), forecast_of(losses.change(begin, top))};
    for (std::size_t at = top; at <= end; ++at)
      search.add(losses.steps()[at], probability_of_no_rise(losses.change(begin, at)));
    out.recovery = search.result();
  } else {
    out.recovery.probability = probability_of_no_rise(losses.change(begin, end));
  }
  return out;
}

}  // namespace

std::vector<Rewarming> rewarmings(const LossSde& sde, const Recipe& recipe, std::span<const Step> starts, int threads) {
  const std::vector<Phase> phases = rewarmed_phases(recipe, starts);
  if (phases.empty()) return {};
  std::vector<Step> steps;
  for (const Phase& phase : phases) add_steps(phase, intervals_of(phases.size()), steps);
  const LossesAlong losses(sde, recipe, std::move(steps), threads);
  std::vector<Rewarming> out;
  for (const Phase& phase : phases) out.push_back(rewarming_of(losses, phase));
  return out;
}

}  // namespace losscast
