#include "cli/barrier_of_runs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "cli/output.hpp"
#include "cli/text_table.hpp"
#include "io/json_number.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/hazard/barrier_fit.hpp"
#include "losscast/io/runs_file.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/tails/divergence_law.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

// By the classifier. It is matched where it has seen something; rarer events are its form alone.
struct Place {
  double probability;
  bool matched;
};
constexpr Place kPlaces[] = {{0.003, false}, {0.01, true}, {0.03, false}, {0.1, true},  {0.3, false},
                             {0.5, true},    {0.7, false}, {0.9, true},   {0.97, false}};

double logit(double probability) { return std::log(probability / (1 - probability)); }

RunSetting read_setting(const Flags& flags, const Fit& fit) {
  for (const char* name : {"tokens", "batch"})
    if (!flags.has(name))
      throw InputError(fmt::format("--{} is missing", name), "how many runs diverge depends on it", "add it");
  if (!flags.has("params") && !fit.params)
    throw InputError("--params is missing", "the fit does not say the size of its model", "add it");
  RunSetting setting;
  setting.params = flags.has("params") ? flags.positive_number("params") : *fit.params;
  setting.tokens = flags.positive_number("tokens");
  setting.batch = flags.positive_number("batch");
  constexpr double kFewest = 100, kMost = 1e8;
  if (!(kFewest <= setting.steps() && setting.steps() <= kMost))
    flags.fail("tokens", fmt::format("this makes {:g} steps", setting.steps()),
               fmt::format("runs have {:g} to {:g}", kFewest, kMost), "correct it, or --batch");
  return setting;
}

// What is varied is the peak.
Arguments read_shape(const Flags& flags, Step steps) {
  constexpr Step kUsualWarmup = 2000, kLargestShare = 10;
  if (!flags.has("schedule"))
    return {{{"family", "cosine"},
             {"peak_lr", 1.0},
             {"warmup_steps", static_cast<double>(std::min(kUsualWarmup, steps / kLargestShare))},
             {"final_lr_ratio", 0.1},
             {"total_steps", static_cast<double>(steps)}}};
  Arguments shape = parse_schedule_text(flags.text("schedule"), "--schedule");
  if (!shape.values.contains("peak_lr"))
    throw InputError("this schedule has no peak_lr", "it is what is varied", "give one of a family that has it")
        .at("--schedule");
  const Step total = parse_recipe(flags.text("schedule"), "--schedule").total_steps();
  if (std::abs(static_cast<double>(total - steps)) > 0.01 * static_cast<double>(steps))
    throw InputError(fmt::format("this schedule has {} steps", total),
                     fmt::format("the tokens make {} of the batch", steps), "correct it, --tokens or --batch")
        .at("--schedule");
  return shape;
}

Recipe recipe_with_peak(Arguments shape, double peak_lr) {
  shape.values["peak_lr"] = peak_lr;
  return make_recipe(shape);
}

double largest_error(const BarrierOfRuns& found, bool matched) {
  double largest = 0;
  for (const DivergenceRow& row : found.rows)
    if (row.matched == matched) largest = std::max(largest, std::abs(row.barrier - row.classifier));
  return largest;
}

double largest_logit_difference(const BarrierOfRuns& found, bool matched) {
  double largest = 0;
  for (const DivergenceRow& row : found.rows)
    if (row.matched == matched) largest = std::max(largest, std::abs(row.logit_difference()));
  return largest;
}

// Where few runs diverge, P is off by little whatever the barrier; there its logarithm counts, which the logit is.
std::vector<std::string> doubts_of(const BarrierOfRuns& found) {
  constexpr double kFar = 0.1, kFarLogit = 1;
  const double error = largest_error(found, true), logit = largest_logit_difference(found, true);
  if (error <= kFar && logit <= kFarLogit) return {};
  return {fmt::format(
      "the barrier is off by {:.2f} in P(diverge) and by {:.2f} in its logit, a factor of {:.2g} in the odds: no "
      "mode's strain rises as fast, or as slowly, as the runs diverge",
      error, logit, std::exp(logit))};
}

}  // namespace

double DivergenceRow::logit_difference() const { return logit(barrier) - logit(classifier); }

std::vector<Flag> divergence_flags() {
  return {{"divergence", "RUNS.json", "finds the barrier from the classifier in what `losscast scaling runs` wrote"},
          {"tokens", "N", "of the runs whose P(diverge) is matched"},
          {"batch", "N", "tokens of their steps"},
          {"schedule", "'{ family = ... }'",
           "their shape, of which the peak is varied (default: a cosine to a tenth after a warm-up of 2000 steps)"}};
}

RunsFit read_classifier(const Flags& flags) {
  const std::string& file = flags.text("divergence");
  RunsFit laws = read_runs_fit(file);
  if (!laws.divergence)
    throw InputError("there is no classifier of divergence", reason_without_classifier(laws),
                     "make the file from runs of which some diverged")
        .at(file);
  return laws;
}

BarrierOfRuns barrier_of_runs(const RunsFit& laws, const Flags& flags, const Fit& fit) {
  const RunDivergenceLaw& classifier = *laws.divergence;
  const RunSetting setting = read_setting(flags, fit);
  BarrierOfRuns found;
  for (const std::string& what : extrapolations(laws, setting)) found.doubts.push_back("the classifier: " + what);
  found.steps = static_cast<Step>(std::llround(setting.steps()));
  const Arguments shape = read_shape(flags, found.steps);
  const auto run = [&](double peak_lr) {
    try {
      return recipe_with_peak(shape, peak_lr);
    } catch (const InputError& error) {
      throw error.at(fmt::format("--schedule with a peak_lr of {:.4g}", peak_lr));
    }
  };

  std::vector<DivergenceAt> matched;
  for (const Place& place : kPlaces) {
    const double lr = classifier.highest_lr(setting, place.probability);
    found.rows.push_back({.peak_lr = lr, .classifier = place.probability, .matched = place.matched});
    if (place.matched) matched.push_back({lr, place.probability});
  }
  for (const DivergenceRow& row : found.rows) run(row.peak_lr);  // which says so where the schedule has no such run
  LossSde sde = make_sde(fit);
  const Recipe highest = run(matched.back().peak_lr);
  try {
    check_weight_decay(*sde.model, highest, sde.weight_decay);
  } catch (const InputError& error) {
    throw error.at("--schedule");
  }
  report_progress(fmt::format("looking for the barrier of runs of {} steps", found.steps));
  try {
    found.barrier = fit_barrier(sde, run, matched).barrier;
  } catch (const InputError& error) {
    throw error.at(flags.text("divergence"));
  }
  sde.spikes = found.barrier;
  const DivergenceLaw law(sde);
  for (DivergenceRow& row : found.rows) row.barrier = law.probability(run(row.peak_lr));
  for (std::string& doubt : doubts_of(found)) found.doubts.push_back(std::move(doubt));
  return found;
}

std::string barrier_text(const BarrierOfRuns& found) {
  TextTable table;
  table.add_row({"peak LR", "P(diverge)", "by the barrier", ""});
  for (const DivergenceRow& row : found.rows)
    table.add_row({fmt::format("{:.4g}", row.peak_lr), fmt::format("{:.3g}", row.classifier),
                   fmt::format("{:.3g}", row.barrier), row.matched ? "matched" : ""});
  return fmt::format(
      "runs of {} steps, by the classifier and by the barrier that comes nearest:\n{}"
      "largest difference where matched {:.3f} (a logit of {:.2f}), elsewhere {:.3f} ({:.2f})\n",
      found.steps, table.text(), largest_error(found, true), largest_logit_difference(found, true),
      largest_error(found, false), largest_logit_difference(found, false));
}

Json barrier_json(const BarrierOfRuns& found) {
  Json rows = Json::array();
  for (const DivergenceRow& row : found.rows)
    rows.push_back({{"peak_lr", row.peak_lr},
                    {"classifier", row.classifier},
                    {"barrier", row.barrier},
                    {"logit_difference", number_or_null(row.logit_difference())},
                    {"matched", row.matched}});
  return {{"steps", found.steps}, {"rows", rows}};
}

}  // namespace losscast
