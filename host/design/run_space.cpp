#include "losscast/design/run_space.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>

#include "losscast/base/error.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/sweep/raced_candidates.hpp"

namespace losscast {
namespace {

constexpr std::int64_t kMostCandidates = 4096, kMostRecipes = 256;
constexpr double kHorizons[] = {1, 0.5, 0.25, 0.125};  // of a candidate's steps

void require_one_choice(const SweepConfig& config) {
  const auto fail = [&](const char* problem, const char* why, const char* remedy) {
    throw InputError(problem, why, remedy).at(config.space.file.string());
  };
  if (config.objective.kind != Objective::Kind::mean)
    fail("the sweep's objective is not the mean", "runs are judged by the regret of the lowest mean",
         "leave the objective out");
  if (config.space.horizons.size() > 1 || (config.race && config.race->target_loss))
    fail("the sweep has several horizons", "runs are judged by one choice", "keep one of them");
}

// Those that exist, of candidates spread evenly over all.
std::vector<Candidate> spread(const CandidateList& list, std::int64_t most, int threads) {
  const std::int64_t count = std::min(list.size(), most);
  std::vector<std::int64_t> numbers;
  for (std::int64_t i = 0; i < count; ++i) numbers.push_back(i * list.size() / count);
  std::vector<Candidate> out;
  for (std::optional<Candidate>& one : list.make(numbers, threads))
    if (one) out.push_back(std::move(*one));
  return out;
}

bool scales_with_steps(const FamilyArgument& argument) {
  if (argument.name.starts_with("warmup")) return false;
  if (argument.kind == FamilyArgument::Kind::step) return argument.name != "restarts";
  return argument.name == "milestones" || argument.name == "steps";
}

// The arguments of a run that is shorter by this factor.
Arguments shortened(Arguments arguments, const Family& family, double factor) {
  const auto scale = [&](double& steps) { steps = std::max(1.0, std::round(steps * factor)); };
  for (const FamilyArgument& argument : family.arguments) {
    const auto found = arguments.values.find(argument.name);
    if (found == arguments.values.end() || !scales_with_steps(argument)) continue;
    if (auto* number = std::get_if<double>(&found->second)) scale(*number);
    if (auto* numbers = std::get_if<std::vector<double>>(&found->second))
      for (double& one : *numbers)
        if (one > 0) scale(one);
  }
  return arguments;
}

// Nothing where the arguments make no schedule of these steps, or one that the sweep leaves out.
std::optional<Candidate> shorter_run(const Candidate& candidate, const CandidateList& list, double factor) {
  if (factor == 1) return candidate;
  const std::string& name = list.space().families[candidate.family].family;
  const Arguments arguments = shortened(candidate.arguments, find_family(name), factor);
  try {
    Recipe recipe = make_recipe(arguments);
    if (recipe.total_steps() >= candidate.recipe.total_steps() || !list.allows(candidate.family, arguments)) return {};
    return Candidate{candidate.family, arguments, std::move(recipe)};
  } catch (const InputError&) {
    return {};
  }
}

double tokens_of(const Recipe& recipe, double tokens_per_step) {
  if (!recipe.batch) return static_cast<double>(recipe.total_steps()) * tokens_per_step;
  double sum = 0;
  std::vector<Step> borders = recipe.batch->changes();
  borders.push_back(recipe.total_steps());
  Step begin = 0;
  for (const Step border : borders) {
    const Step end = std::min(border, recipe.total_steps());
    sum += static_cast<double>(end - begin) * recipe.batch->at(begin);
    begin = end;
    if (begin == recipe.total_steps()) break;
  }
  return sum;
}

[[noreturn]] void throw_no_run(const RunSpace& space, const TokenBudget& budget, double cheapest, double standing) {
  if (space.runs_beyond > 0)
    throw InputError(fmt::format("the fit stands for none of the {} runs that the budget allows", space.runs_beyond),
                     fmt::format("their peak LRs are above {:.3g}, up to which it stands", standing),
                     "let the sweep have lower peak LRs too, or fit a run with a higher one");
  throw InputError(fmt::format("a budget of {:.4g} tokens is enough for no run", budget.tokens),
                   fmt::format("the cheapest, an eighth as long as the sweep's, takes {:.4g}", cheapest),
                   "give more, or choose now");
}

}  // namespace

RunSpace run_space(const SweepConfig& config, const Fit& fit, const TokenBudget& budget, int threads) {
  require_one_choice(config);
  const CandidateList list = raced_candidates(config, fit, threads);
  RunSpace out;
  out.candidates = spread(list, kMostCandidates, threads);
  if (out.candidates.empty()) throw_no_candidate(config.space);
  const double standing = standing_peak_lr(fit);
  for (const Candidate& candidate : out.candidates)
    out.candidates_beyond += candidate.recipe.peak_lr() > standing ? 1 : 0;
  double cheapest = std::numeric_limits<double>::infinity();
  for (const Candidate& candidate : spread(list, kMostRecipes, threads))
    for (const double horizon : kHorizons) {
      std::optional<Candidate> run = shorter_run(candidate, list, horizon);
      if (!run) continue;
      const double tokens = tokens_of(run->recipe, budget.tokens_per_step);
      cheapest = std::min(cheapest, tokens);
      if (tokens > budget.tokens) continue;
      if (run->recipe.peak_lr() > standing) {
        ++out.runs_beyond;
        continue;
      }
      out.runs.push_back(std::move(*run));
      out.tokens.push_back(tokens);
    }
  if (out.runs.empty()) throw_no_run(out, budget, cheapest, standing);
  return out;
}

}  // namespace losscast
