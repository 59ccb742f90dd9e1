#include "losscast/fit/trust.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"

namespace losscast {
namespace {

bool bands_hold(const HeldOutScore& score) {
  constexpr double kFewest = 0.7, kChance = 0.05;
  if (score.band_scale > kWidestScale) return false;
  return score.coverage() >= kFewest || probability_of_so_few(score.in_band, score.runs) >= kChance;
}

bool picks_well(const HeldOutScore& score) {
  constexpr double kShareOfBlind = 0.5;
  double regret = 0, blind = 0, choices = 0;
  for (const Choice& choice : score.choices) {
    if (choice.recipes < 3) continue;
    regret += choice.regret;
    blind += choice.blind_regret;
    choices += 1;
  }
  return regret <= kShareOfBlind * blind || regret <= kRegretOfChance * choices;
}

std::string plural(Grouping grouping) {
  switch (grouping) {
    case Grouping::curve:
      return "recipes";
    case Grouping::family:
      return "families";
    case Grouping::peak:
      return "peaks";
    case Grouping::horizon:
      break;
  }
  return "horizons";
}

std::string subject(Grouping grouping) {
  return grouping == Grouping::curve ? "recipe" : std::string(grouping_name(grouping));
}

std::string clause(const GroupingResult& result, const GroupingTrust& trust) {
  std::vector<std::string> faults;
  if (!trust.picks_well) faults.push_back(fmt::format("do not rank across {}", plural(result.grouping)));
  if (!trust.bands_hold)
    faults.push_back(std::isinf(result.score.band_scale)
                         ? std::string("its bands are too narrow")
                         : fmt::format("its bands are {:.2g} times too narrow", result.score.band_scale));
  const std::string text = fmt::format("a new {} to {:.2g} nats", subject(result.grouping), result.score.end_error);
  return faults.empty() ? text : fmt::format("{} ({})", text, fmt::join(faults, "; "));
}

std::string sentence_of(const Validation& validation, const Trust& trust) {
  std::vector<std::string> clauses;
  for (std::size_t i = 0; i < validation.groupings.size(); ++i)
    clauses.push_back(clause(validation.groupings[i], trust.groupings[i]));
  const bool nowhere = std::none_of(trust.groupings.begin(), trust.groupings.end(),
                                    [](const GroupingTrust& one) { return one.bands_hold && one.picks_well; });
  const char* verdict = trust.trusted ? "Trust it" : nowhere ? "Do not trust it" : "Trust it only in part";
  return fmt::format("{}: it forecasts {}.", verdict, fmt::join(clauses, ", "));
}

}  // namespace

double probability_of_so_few(std::size_t in_band, std::size_t runs) {
  constexpr double kInside = 0.9;
  const auto n = static_cast<double>(runs);
  double sum = 0;
  for (std::size_t i = 0; i <= std::min(in_band, runs); ++i) {
    const auto k = static_cast<double>(i);
    sum += std::exp(std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1) + k * std::log(kInside) +
                    (n - k) * std::log1p(-kInside));
  }
  return std::min(sum, 1.0);
}

Trust judge_trust(const Validation& validation) {
  LOSSCAST_EXPECTS(!validation.groupings.empty());
  Trust trust;
  for (const GroupingResult& result : validation.groupings) {
    trust.groupings.push_back({result.grouping, bands_hold(result.score), picks_well(result.score)});
    trust.trusted = trust.trusted && trust.groupings.back().bands_hold && trust.groupings.back().picks_well;
  }
  trust.sentence = sentence_of(validation, trust);
  return trust;
}

}  // namespace losscast
