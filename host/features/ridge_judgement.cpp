// Leaving groups of runs out of a ridge regression, and the measures of such forecasts.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "losscast/features/ridge_law.hpp"

namespace losscast {

namespace {

using Places = std::vector<std::size_t>;

std::string group_of(const FeaturedRun& run, LeftOutBy by) {
  if (by == LeftOutBy::family) return run.family;
  if (by == LeftOutBy::horizon) return fmt::format("{} updates", run.updates);
  if (!run.params)
    throw InputError(fmt::format("the size of \"{}\" is not known", run.name), "sizes are to be left out",
                     "say params of every curve in the manifest");
  return fmt::format("{:g} parameters", *run.params);
}

// The places of the runs of each group, groups in the order of their first runs.
std::vector<std::pair<std::string, Places>> groups_of(std::span<const FeaturedRun> runs, LeftOutBy by) {
  std::vector<std::pair<std::string, Places>> groups;
  for (std::size_t i = 0; i < runs.size(); ++i) {
    const std::string name = group_of(runs[i], by);
    auto place = std::find_if(groups.begin(), groups.end(), [&](const auto& group) { return group.first == name; });
    if (place == groups.end()) place = groups.insert(place, {name, {}});
    place->second.push_back(i);
  }
  return groups;
}

// What there is to choose from: recipes with their losses, repeats as their means.
struct ChoiceSet {
  std::vector<double> measured, forecast;
  std::vector<std::string> families;
};

ChoiceSet choice_among(std::span<const FeaturedRun> runs, std::span<const LeftOutForecast> forecasts,
                       const Places& places) {
  std::map<std::vector<double>, std::pair<std::size_t, double>> seen;
  ChoiceSet set;
  for (const std::size_t i : places) {
    const auto [entry, is_new] = seen.emplace(runs[i].regressors, std::pair{set.measured.size(), 0.0});
    auto& [place, count] = entry->second;
    if (is_new) {
      set.measured.push_back(0);
      set.forecast.push_back(forecasts[i].forecast);
      set.families.push_back(runs[i].family);
    }
    count += 1;
    set.measured[place] += (forecasts[i].measured - set.measured[place]) / count;
  }
  return set;
}

template <class Key>
std::map<Key, Places> places_by(std::span<const FeaturedRun> runs, const auto& key_of) {
  std::map<Key, Places> places;
  for (std::size_t i = 0; i < runs.size(); ++i) places[key_of(i)].push_back(i);
  return places;
}

void add_top_two(RidgeJudgement& judgement, std::span<const FeaturedRun> runs) {
  constexpr std::size_t kFewest = 3;
  using Key = std::tuple<std::string, double, Step>;
  const auto sets = places_by<Key>(runs, [&](std::size_t i) {
    return Key{judgement.runs[i].group, runs[i].params.value_or(0), runs[i].updates};
  });
  TopTwoHits sum;
  for (const auto& [key, places] : sets) {
    const ChoiceSet set = choice_among(runs, judgement.runs, places);
    if (set.measured.size() < kFewest) continue;
    const TopTwoHits hits = top_two_hits(set.measured, set.forecast, kChoiceSize);
    sum.best_in_forecast_top += hits.best_in_forecast_top;
    sum.pick_in_measured_top += hits.pick_in_measured_top;
    ++judgement.choices;
  }
  const double count = static_cast<double>(judgement.choices);
  if (judgement.choices > 0) judgement.top_two = {sum.best_in_forecast_top / count, sum.pick_in_measured_top / count};
}

const std::string& family_of_lowest(const ChoiceSet& set, const std::vector<double>& values) {
  return set.families[static_cast<std::size_t>(std::min_element(values.begin(), values.end()) - values.begin())];
}

void add_families(RidgeJudgement& judgement, std::span<const FeaturedRun> runs) {
  using Key = std::tuple<double, Step, std::string>;
  const auto cells = places_by<Key>(runs, [&](std::size_t i) {
    return Key{runs[i].params.value_or(0), runs[i].updates, fmt::format("{:.4g}", runs[i].peak_lr)};
  });
  for (const auto& [key, places] : cells) {
    const ChoiceSet set = choice_among(runs, judgement.runs, places);
    if (std::equal(set.families.begin() + 1, set.families.end(), set.families.begin())) continue;
    ++judgement.cells;
    judgement.right_families += family_of_lowest(set, set.measured) == family_of_lowest(set, set.forecast);
  }
}

void add_errors(RidgeJudgement& judgement) {
  std::map<std::string, std::tuple<double, double, double>> groups;  // sums of |error|, of error, and their count
  for (const LeftOutForecast& run : judgement.runs) {
    auto& [absolute, error, count] = groups[run.group];
    absolute += std::abs(run.forecast - run.measured);
    error += run.forecast - run.measured;
    count += 1;
  }
  for (const auto& [name, sums] : groups) {
    const auto& [absolute, error, count] = sums;
    judgement.mean_error += absolute / count / static_cast<double>(groups.size());
    judgement.bias += error / count / static_cast<double>(groups.size());
  }
}

}  // namespace

std::string_view left_out_name(LeftOutBy by) {
  return by == LeftOutBy::family ? "family" : by == LeftOutBy::size ? "size" : "horizon";
}

RidgeJudgement judge_forecasts(std::span<const FeaturedRun> runs, std::vector<LeftOutForecast> forecasts,
                               LeftOutBy by) {
  LOSSCAST_EXPECTS(runs.size() == forecasts.size());
  RidgeJudgement judgement;
  judgement.by = by;
  judgement.runs = std::move(forecasts);
  add_errors(judgement);
  add_top_two(judgement, runs);
  add_families(judgement, runs);
  return judgement;
}

RidgeJudgement judge_ridge_law(std::span<const FeaturedRun> runs, LeftOutBy by) {
  LOSSCAST_EXPECTS(!runs.empty());
  const auto groups = groups_of(runs, by);
  if (groups.size() < 2)
    throw InputError(fmt::format("all runs are of one {}: {}", left_out_name(by), groups.front().first),
                     "one is to be forecast from the others", "add runs of others, or leave something else out");
  std::vector<LeftOutForecast> forecasts(runs.size());
  std::vector<RidgeLaw> laws;
  for (const auto& [name, places] : groups) {
    std::vector<FeaturedRun> training;
    for (const FeaturedRun& run : runs)
      if (group_of(run, by) != name) training.push_back(run);
    try {
      laws.push_back(fit_ridge_law(training));
    } catch (const InputError& error) {
      throw error.at("without " + name);
    }
    for (const std::size_t i : places)
      forecasts[i] = {runs[i].name, name, runs[i].loss, laws.back().forecast(runs[i].regressors)};
  }
  RidgeJudgement judgement = judge_forecasts(runs, std::move(forecasts), by);
  judgement.laws = std::move(laws);
  return judgement;
}

}  // namespace losscast
