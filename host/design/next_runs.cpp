#include "losscast/design/next_runs.hpp"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "design/joint_gain.hpp"
#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/schedule/continuation.hpp"
#include "race/observation_gain.hpp"
#include "sweep/values_of_draws.hpp"

namespace losscast {
namespace {

constexpr double kShares[] = {0.25, 0.5, 0.75, 1};  // of a run, after which its loss is seen
constexpr std::size_t kShown = std::size(kShares);
static_assert(kShown * kMostRunsTogether <= static_cast<std::size_t>(JointGain::kMostNumbers));
constexpr std::size_t kKept = 128;    // candidates of the choice, by what few draws say of them
constexpr std::size_t kLooked = 192;  // runs that are looked at closely, by the same

using Values = std::vector<float>;  // [recipe][draw]

Values values_of(std::span<const Recipe> recipes, ValuesOfDraws& of_draws) {
  const auto draws = static_cast<std::size_t>(of_draws.draws());
  Values values(recipes.size() * draws);
  for (std::size_t first = 0; first < recipes.size(); first += ValuesOfDraws::kMostAtOnce) {
    const std::size_t count = std::min(recipes.size() - first, ValuesOfDraws::kMostAtOnce);
    of_draws.evaluate(recipes.subspan(first, count), std::span(values).subspan(first * draws, count * draws));
  }
  return values;
}

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

// The candidates whose losses are finite and which are the most often within delta of the best of a draw, the choice by
// these draws first.
std::vector<std::size_t> likeliest(const Values& values, std::size_t draws, double delta) {
  const OpenChoice choice(values, draws);
  if (!choice.chosen())
    throw InputError("no candidate of the sweep has a finite loss in all draws of the fit", "none can be chosen",
                     "narrow the ranges, or fit again");
  std::vector<float> best(draws, std::numeric_limits<float>::infinity());
  for (std::size_t i = 0; i < values.size(); ++i) best[i % draws] = std::min(best[i % draws], values[i]);
  std::vector<std::pair<std::int64_t, std::size_t>> order;  // (minus the draws within delta, candidate)
  for (std::size_t c = 0; c < values.size() / draws; ++c) {
    const auto own = std::span(values).subspan(c * draws, draws);
    if (!all_finite(own) || c == *choice.chosen()) continue;
    std::int64_t within = 0;
    for (std::size_t d = 0; d < draws; ++d)
      within += static_cast<double>(own[d]) - static_cast<double>(best[d]) <= delta ? 1 : 0;
    if (within > 0) order.emplace_back(-within, c);
  }
  std::sort(order.begin(), order.end());
  std::vector<std::size_t> kept = {*choice.chosen()};
  for (const auto& [within, candidate] : order)
    if (kept.size() < kKept) kept.push_back(candidate);
  return kept;
}

std::vector<Recipe> at(std::span<const Recipe> recipes, std::span<const std::size_t> places) {
  std::vector<Recipe> out;
  for (const std::size_t place : places) out.push_back(recipes[place]);
  return out;
}

// The runs whose final losses alone would be worth the most, the most valuable first.
std::vector<std::size_t> worth_a_look(const OpenChoice& choice, std::span<const PossibleRun> runs,
                                      ValuesOfDraws& of_draws, int threads) {
  std::vector<Recipe> recipes;
  for (const PossibleRun& run : runs) recipes.push_back(run.recipe);
  const Values values = values_of(recipes, of_draws);
  const auto draws = static_cast<std::size_t>(of_draws.draws());
  std::vector<double> falls(runs.size());
  parallel_for(static_cast<std::int64_t>(runs.size()), threads, [&](std::int64_t i) {
    const auto r = static_cast<std::size_t>(i);
    const auto own = std::span(values).subspan(r * draws, draws);
    falls[r] = choice.gain_of(own, of_draws.noise_of_a_run(recipes[r])).regret_fall;
  });
  std::vector<std::size_t> order(runs.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return falls[a] > falls[b]; });
  order.resize(std::min(order.size(), kLooked));
  return order;
}

// Less tails and mean, as a column.
Eigen::VectorXd centred(std::vector<double> values) {
  cut_tails(values);
  Eigen::VectorXd out = Eigen::Map<Eigen::VectorXd>(values.data(), static_cast<Eigen::Index>(values.size()));
  return out.array() - out.mean();
}

// What the runs would show; nothing where a loss is not finite.
std::vector<std::optional<Observation>> observations(std::span<const PossibleRun> runs,
                                                     std::span<const std::size_t> looked, ValuesOfDraws& of_draws) {
  std::vector<Recipe> parts;
  for (const std::size_t run : looked)
    for (const double share : kShares) {
      const double steps = share * static_cast<double>(runs[run].recipe.total_steps());
      parts.push_back(first_updates(runs[run].recipe, std::max<Step>(1, static_cast<Step>(steps))));
    }
  const Values values = values_of(parts, of_draws);
  const auto draws = static_cast<std::size_t>(of_draws.draws());
  std::vector<std::optional<Observation>> out(looked.size());
  for (std::size_t i = 0; i < looked.size(); ++i) {
    if (!all_finite(std::span(values).subspan(i * kShown * draws, kShown * draws))) continue;
    Observation& one = out[i].emplace();
    one.values.resize(static_cast<Eigen::Index>(draws), kShown);
    one.noise.resize(kShown);
    for (std::size_t k = 0; k < kShown; ++k) {
      const auto column = static_cast<Eigen::Index>(k);
      const auto own = std::span(values).subspan((i * kShown + k) * draws, draws);
      one.values.col(column) = centred({own.begin(), own.end()});
      one.noise[column] = of_draws.noise_of_a_run(parts[i * kShown + k]);
    }
  }
  return out;
}

// The candidates beside the chosen one.
JointGain joint_gain(const Values& values, std::size_t draws, std::size_t chosen) {
  const std::size_t count = values.size() / draws;
  Eigen::VectorXd means(static_cast<Eigen::Index>(count));
  Eigen::MatrixXd rest(static_cast<Eigen::Index>(draws), static_cast<Eigen::Index>(count));
  std::vector<double> differences(draws);
  for (std::size_t c = 0; c < count; ++c) {
    for (std::size_t d = 0; d < draws; ++d)
      differences[d] = static_cast<double>(values[c * draws + d]) - static_cast<double>(values[chosen * draws + d]);
    const auto column = static_cast<Eigen::Index>(c);
    means[column] = std::accumulate(differences.begin(), differences.end(), 0.0) / static_cast<double>(draws);
    rest.col(column) = centred(differences);
  }
  return {std::move(means), std::move(rest)};
}

using Plan = std::vector<RunValue>;  // runs one after another, each with what it adds

double total(const Plan& plan) {
  return std::accumulate(plan.begin(), plan.end(), 0.0, [](double sum, const RunValue& one) { return sum + one.gain; });
}

// A choice with the runs that are looked at, and what each of them would show.
class Planner {
 public:
  Planner(std::span<const PossibleRun> runs, std::span<const std::size_t> looked, double regret,
          const DesignOptions& options)
      : runs_(runs), looked_(looked), regret_(regret), options_(options) {}

  // What each adds to what is known, in the order of the runs; candidates of the rivals are those of `choice`.
  std::vector<RunValue> values(const JointGain& choice, std::span<const std::optional<Observation>> shown,
                               double before) const {
    std::vector<RunValue> out(looked_.size());
    parallel_for(static_cast<std::int64_t>(out.size()), options_.execution.threads, [&](std::int64_t i) {
      const auto at = static_cast<std::size_t>(i);
      out[at].run = looked_[at];
      if (!shown[at]) return;
      const JointGain::Gain gain = choice.with(*shown[at]);
      out[at].gain = std::max(0.0, std::min(gain.value, regret_) - before);
      out[at].p_change = gain.p_change;
      out[at].rival = gain.rival;
    });
    return out;
  }

  // The cheapest of the plans whose gain falls short of the largest by less than kNothingToLearn; empty if no run is
  // worth anything. `alone` are the runs by themselves, in the order of the runs.
  Plan plan(const JointGain& choice, std::span<const std::optional<Observation>> shown,
            const std::vector<RunValue>& alone) const {
    std::vector<Plan> plans;
    for (const RunValue& one : alone)
      if (is_possible(one, options_.budget)) plans.push_back({one});
    if (options_.runs > 1)
      for (const By by : {By::gain, By::gain_a_token, By::tokens}) {
        const Plan longest = step_by_step(choice, shown, alone, by);
        for (std::size_t length = 2; length <= longest.size(); ++length)
          plans.emplace_back(longest.begin(), longest.begin() + static_cast<std::ptrdiff_t>(length));
      }
    double most = 0;
    for (const Plan& one : plans) most = std::max(most, total(one));
    Plan best;
    for (const Plan& one : plans)
      if (total(one) > most - kNothingToLearn && (best.empty() || is_cheaper(one, best))) best = one;
    return best;
  }

 private:
  enum class By { gain, gain_a_token, tokens };

  bool is_possible(const RunValue& one, double tokens_left) const {
    return runs_[one.run].tokens <= tokens_left && one.gain >= kNothingToLearn;
  }

  // The next run of a plan, its place in `all`.
  std::optional<std::size_t> best_step(const std::vector<RunValue>& all, double tokens_left, By by) const {
    double most = 0;
    for (const RunValue& one : all)
      if (is_possible(one, tokens_left)) most = std::max(most, one.gain);
    const auto worth = [&](const RunValue& one) {
      if (by == By::gain) return one.gain;
      return by == By::gain_a_token ? one.gain / runs_[one.run].tokens : -runs_[one.run].tokens;
    };
    std::optional<std::size_t> best;
    for (std::size_t i = 0; i < all.size(); ++i) {
      if (!is_possible(all[i], tokens_left) || (by == By::tokens && all[i].gain <= most - kNothingToLearn)) continue;
      if (!best || worth(all[i]) > worth(all[*best])) best = i;
    }
    return best;
  }

  Plan step_by_step(JointGain choice, std::span<const std::optional<Observation>> shown, std::vector<RunValue> all,
                    By by) const {
    Plan plan;
    double left = options_.budget, so_far = 0;
    while (const std::optional<std::size_t> best = best_step(all, left, by)) {
      plan.push_back(all[*best]);
      if (static_cast<int>(plan.size()) == options_.runs) break;
      left -= runs_[all[*best].run].tokens;
      so_far += all[*best].gain;
      choice.take(*shown[*best]);
      all = values(choice, shown, so_far);
    }
    return plan;
  }

  // Of two that cost the same the one that gains more counts as cheaper.
  bool is_cheaper(const Plan& one, const Plan& other) const {
    const double tokens = tokens_of(one), others = tokens_of(other);
    return tokens != others ? tokens < others : total(one) > total(other);
  }

  double tokens_of(const Plan& plan) const {
    double sum = 0;
    for (const RunValue& one : plan) sum += runs_[one.run].tokens;
    return sum;
  }

  std::span<const PossibleRun> runs_;
  std::span<const std::size_t> looked_;
  double regret_;
  const DesignOptions& options_;
};

// With rivals by their places among all candidates, not among those kept.
void name_rivals(std::vector<RunValue>& values, std::span<const std::size_t> kept) {
  for (RunValue& one : values)
    if (one.rival) one.rival = kept[*one.rival];
}

}  // namespace

NextRuns next_runs(const LossSde& sde, std::span<const Recipe> candidates, std::span<const PossibleRun> runs,
                   const DesignOptions& options) {
  LOSSCAST_EXPECTS(!candidates.empty() && 1 <= options.runs && options.runs <= kMostRunsTogether);
  ValuesOfDraws few(sde, options.divergence_cost, options.seed, options.execution);
  few.know(options.trained);
  const std::vector<std::size_t> kept =
      likeliest(values_of(candidates, few), static_cast<std::size_t>(few.draws()), options.delta);
  const std::vector<Recipe> recipes = at(candidates, kept);
  const OpenChoice by_few(values_of(recipes, few), static_cast<std::size_t>(few.draws()));
  const std::vector<std::size_t> looked = worth_a_look(by_few, runs, few, options.execution.threads);

  ValuesOfDraws many(sde, options.divergence_cost, options.seed, options.execution, options.draws);
  many.know(options.trained);
  const auto draws = static_cast<std::size_t>(many.draws());
  const Values values = values_of(recipes, many);
  const OpenChoice choice(values, draws);
  if (!choice.chosen())
    throw InputError("no candidate of the sweep has a finite loss in all draws of the fit", "none can be chosen",
                     "narrow the ranges, or fit again");
  NextRuns out;
  out.chosen = kept[*choice.chosen()];
  const auto chosen = std::span(values).subspan(*choice.chosen() * draws, draws);
  out.mean = std::accumulate(chosen.begin(), chosen.end(), 0.0) / static_cast<double>(draws);
  out.regret = choice.regret();
  out.draws = many.draws();
  const std::vector<std::optional<Observation>> shown = observations(runs, looked, many);
  const JointGain gain = joint_gain(values, draws, *choice.chosen());
  const Planner planner(runs, looked, out.regret, options);
  out.single = planner.values(gain, shown, 0);
  out.plan = planner.plan(gain, shown, out.single);
  std::stable_sort(out.single.begin(), out.single.end(), [&](const RunValue& a, const RunValue& b) {
    return a.gain != b.gain ? a.gain > b.gain : runs[a.run].tokens < runs[b.run].tokens;
  });
  name_rivals(out.single, kept);
  name_rivals(out.plan, kept);
  return out;
}

}  // namespace losscast
