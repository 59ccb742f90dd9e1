#include "losscast/fit/held_out_score.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <utility>

#include "losscast/base/contract.hpp"

namespace losscast {
namespace {

// Places of the values in ascending order.
std::vector<std::size_t> ascending(std::span<const double> values) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  return order;
}

std::vector<double> ranks(std::span<const double> values) {
  const std::vector<std::size_t> order = ascending(values);
  std::vector<double> out(values.size());
  for (std::size_t begin = 0, end = 0; begin < order.size(); begin = end) {
    while (end < order.size() && values[order[end]] == values[order[begin]]) ++end;
    const double rank = 0.5 * static_cast<double>(begin + end - 1);
    for (std::size_t i = begin; i < end; ++i) out[order[i]] = rank;
  }
  return out;
}

double mean_of(std::span<const double> values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// What there is to choose from.
struct Entrant {
  std::string recipe;
  double measured, forecast;
};

// The recipes of some runs, repeats taken together, in the order of the runs.
std::vector<Entrant> entrants_of(std::span<const HeldOutRun* const> runs) {
  std::vector<Entrant> entrants;
  std::vector<double> counts;
  for (const HeldOutRun* run : runs) {
    const auto same = std::find_if(entrants.begin(), entrants.end(),
                                   [&](const Entrant& entrant) { return entrant.recipe == run->recipe; });
    if (same == entrants.end()) {
      entrants.push_back({run->recipe, run->measured, run->forecast});
      counts.push_back(1);
      continue;
    }
    const double count = ++counts[static_cast<std::size_t>(same - entrants.begin())];
    same->measured += (run->measured - same->measured) / count;
    same->forecast += (run->forecast - same->forecast) / count;
  }
  return entrants;
}

Choice choice_among(const std::string& among, const std::vector<Entrant>& entrants) {
  std::vector<double> measured, forecast;
  for (const Entrant& entrant : entrants) {
    measured.push_back(entrant.measured);
    forecast.push_back(entrant.forecast);
  }
  const std::vector<std::size_t> by_loss = ascending(measured), by_forecast = ascending(forecast);
  const std::size_t pick = by_forecast.front(), best = by_loss.front();
  Choice out{among,
             entrants.size(),
             entrants[pick].recipe,
             entrants[best].recipe,
             measured[pick] - measured[best],
             mean_of(measured) - measured[best],
             {},
             {}};
  if (entrants.size() < 3) return out;
  out.best_in_forecast_top = best == by_forecast[0] || best == by_forecast[1];
  out.pick_in_measured_top = pick == by_loss[0] || pick == by_loss[1];
  return out;
}

using Runs = std::vector<const HeldOutRun*>;

// Choices within folds, then those across folds.
std::vector<Choice> choices_of(std::span<const HeldOutRun> runs, std::span<const std::string> group_names) {
  std::map<std::pair<std::size_t, Step>, Runs> within;
  std::map<Step, Runs> across;
  for (const HeldOutRun& run : runs) {
    within[{run.fold, run.total_steps}].push_back(&run);
    across[run.total_steps].push_back(&run);
  }
  std::vector<Choice> choices;
  const auto add = [&](const std::string& from, Step steps, const Runs& members) {
    const std::vector<Entrant> entrants = entrants_of(members);
    if (entrants.size() > 1) choices.push_back(choice_among(fmt::format("{}, {} steps", from, steps), entrants));
  };
  for (const auto& [place, members] : within) add(group_names[place.first], place.second, members);
  for (const auto& [steps, members] : across)
    if (members.front()->fold != members.back()->fold) add("all", steps, members);
  return choices;
}

// Of probability 0.9, between the order statistics (type 7 of Hyndman and Fan).
double upper_tenth(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const double place = 0.9 * static_cast<double>(values.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const double above = values[std::min(below + 1, values.size() - 1)];
  const double weight = place - static_cast<double>(below);
  if (weight == 0) return values[below];
  return std::isinf(above) ? above : values[below] + weight * (above - values[below]);
}

// Sums within a fold.
struct FoldErrors {
  double runs = 0, absolute = 0, signed_sum = 0, points = 0;
};

void add_errors(std::span<const HeldOutRun> runs, HeldOutScore& score) {
  std::map<std::size_t, FoldErrors> folds;
  for (const HeldOutRun& run : runs) {
    FoldErrors& fold = folds[run.fold];
    fold.runs += 1;
    fold.absolute += std::abs(run.error());
    fold.signed_sum += run.error();
    fold.points += run.mean_abs_error;
    score.worst_end_error = std::max(score.worst_end_error, std::abs(run.error()));
  }
  score.folds = folds.size();
  const auto count = static_cast<double>(folds.size());
  for (const auto& [place, fold] : folds) {
    score.end_error += fold.absolute / fold.runs / count;
    score.end_bias += fold.signed_sum / fold.runs / count;
    score.curve_error += fold.points / fold.runs / count;
  }
}

void add_bands(std::span<const HeldOutRun> runs, HeldOutScore& score) {
  std::vector<double> ratios;
  for (const HeldOutRun& run : runs) {
    if (run.in_band()) ++score.in_band;
    score.mean_width += (run.q95 - run.q05) / static_cast<double>(runs.size());
    ratios.push_back(run.band_ratio());
  }
  score.band_scale = upper_tenth(std::move(ratios));
}

void add_choices(std::span<const HeldOutRun> runs, std::span<const std::string> group_names, HeldOutScore& score) {
  score.choices = choices_of(runs, group_names);
  if (score.choices.empty()) return;
  std::vector<double> regrets, blind, best_in_top, pick_in_top;
  for (const Choice& choice : score.choices) {
    regrets.push_back(choice.regret);
    blind.push_back(choice.blind_regret);
    if (choice.best_in_forecast_top) best_in_top.push_back(*choice.best_in_forecast_top ? 1 : 0);
    if (choice.pick_in_measured_top) pick_in_top.push_back(*choice.pick_in_measured_top ? 1 : 0);
  }
  score.regret = mean_of(regrets);
  score.blind_regret = mean_of(blind);
  if (best_in_top.empty()) return;
  score.best_in_forecast_top = mean_of(best_in_top);
  score.pick_in_measured_top = mean_of(pick_in_top);
}

}  // namespace

double HeldOutRun::band_ratio() const {
  const double side = error() > 0 ? q95 - forecast : forecast - q05;
  if (side > 0) return std::abs(error()) / side;
  return error() == 0 ? 0 : std::numeric_limits<double>::infinity();
}

std::optional<double> rank_correlation(std::span<const double> a, std::span<const double> b) {
  LOSSCAST_EXPECTS(a.size() == b.size());
  if (a.size() < 3) return std::nullopt;
  const std::vector<double> ranks_a = ranks(a), ranks_b = ranks(b);
  const double middle = 0.5 * static_cast<double>(a.size() - 1);
  double both = 0, squares_a = 0, squares_b = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    both += (ranks_a[i] - middle) * (ranks_b[i] - middle);
    squares_a += (ranks_a[i] - middle) * (ranks_a[i] - middle);
    squares_b += (ranks_b[i] - middle) * (ranks_b[i] - middle);
  }
  if (squares_a == 0 || squares_b == 0) return std::nullopt;
  return both / std::sqrt(squares_a * squares_b);
}

HeldOutScore score_held_out(std::span<const HeldOutRun> runs, std::span<const std::string> group_names) {
  LOSSCAST_EXPECTS(!runs.empty());
  HeldOutScore score;
  score.runs = runs.size();
  std::vector<double> measured, forecast;
  for (const HeldOutRun& run : runs) {
    measured.push_back(run.measured);
    forecast.push_back(run.forecast);
  }
  score.rank_correlation = rank_correlation(measured, forecast);
  add_errors(runs, score);
  add_bands(runs, score);
  add_choices(runs, group_names, score);
  return score;
}

}  // namespace losscast
