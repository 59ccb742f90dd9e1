// `losscast next`: which calibration runs to train next.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/fit_input.hpp"
#include "cli/output.hpp"
#include "cli/planned_sweep.hpp"
#include "cli/shared_flags.hpp"
#include "cli/spikes_input.hpp"
#include "cli/text_table.hpp"
#include "cli/trust_text.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/counted.hpp"
#include "losscast/base/error.hpp"
#include "losscast/design/next_runs.hpp"
#include "losscast/design/run_space.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/io/sweep_spikes.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/space/limits.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kShownRuns = 10;

// The runs that are judged, and what came of it.
struct Question {
  Fit fit;
  SweepConfig config;
  TokenBudget budget;
  DesignOptions options;
  RunSpace space;
};

std::string schedule(const Candidate& candidate) { return schedule_text(candidate.arguments); }

void require_same_fit(const fs::path& file, const SweepConfig& config, const fs::path& fit) {
  if (std::error_code ignored; fs::equivalent(config.fit, fit, ignored)) return;
  if (fs::exists(config.fit) && read_text_file(config.fit) == read_text_file(fit)) return;
  throw InputError(fmt::format("the sweep rests on {}, not on {}", config.fit.string(), fit.string()),
                   "its choice is by another law", "name the sweep's own fit, or set fit in the sweep")
      .at(file.string());
}

// Runs are judged by a choice that a race would make: among schedules of which few diverge.
void limit_divergence(SweepConfig& config) {
  if (config.spikes.barrier_limit > 0 && !config.limits.divergence_probability && config.divergence_cost == 0)
    config.limits.divergence_probability = kUsualDivergenceLimit;
}

// The sweep, and its fit.
std::pair<SweepConfig, Fit> read_inputs(const Flags& flags) {
  const fs::path file = flags.text("SWEEP");
  std::vector<std::string> settings = flags.all("set");
  if (flags.has("params")) settings.push_back(fmt::format("params={}", number_text(flags.positive_number("params"))));
  const SweepConfig without_spikes = read_sweep(file, settings);
  require_same_fit(file, without_spikes, flags.text("FIT"));
  Fit fit = read_usable_fit(flags.text("FIT"), without_spikes.params);
  SweepConfig config = read_sweep_with_spikes(file, settings, fit);
  limit_divergence(config);
  return {std::move(config), std::move(fit)};
}

TokenBudget read_token_budget(const Flags& flags, const Fit& fit) {
  if (!flags.has("budget"))
    throw InputError("--budget is missing", "it says which runs are possible", "give it, in tokens");
  TokenBudget budget;
  budget.tokens = flags.positive_number("budget");
  if (flags.has("tokens-per-step"))
    budget.tokens_per_step = flags.positive_number("tokens-per-step");
  else if (fit.reference.batch > 0)
    budget.tokens_per_step = fit.reference.batch;
  else
    throw InputError("the fit does not say the tokens of a step", "its manifest had no tokens_per_step",
                     "give --tokens-per-step, such as 524288");
  return budget;
}

// Throws InputError unless the curve may be that of the fit. fit.json holds no schedules, but where each curve begins
// to be fitted and of how many rows, and between which peaks the LRs of all lie.
void require_curve_of_fit(const Curve& curve, const CurveDiagnostics& fitted, const RangesSeen& seen) {
  const auto fail = [&](const std::string& problem, const std::string& why) {
    throw InputError(problem, why, "give the manifest of the fit").at("curve " + curve.name);
  };
  const double peak = curve.recipe.peak_lr();
  if (peak < seen.peak_lr_min * (1 - kSameQuantity) || peak > seen.peak_lr_max * (1 + kSameQuantity))
    fail(fmt::format("its peak LR is {:.4g}", peak),
         fmt::format("those of the fit's curves were {:.4g} to {:.4g}", seen.peak_lr_min, seen.peak_lr_max));
  const auto rows = std::count_if(curve.points.begin(), curve.points.end(),
                                  [&](const CurvePoint& point) { return point.step >= fitted.first_step; });
  if (rows < fitted.rows)
    fail(fmt::format("it has {} rows from step {} on", rows, fitted.first_step),
         fmt::format("the fit's curve of this name had {}", fitted.rows));
}

// The recipes of those curves of a manifest that the fit is of.
std::vector<Recipe> read_trained(const Flags& flags, const Fit& fit) {
  if (!flags.has("trained")) return {};
  std::map<std::string, CurveDiagnostics> fitted;
  for (const CurveDiagnostics& one : fit.diagnostics) fitted.emplace(one.curve, one);
  std::vector<Recipe> recipes;
  const Manifest manifest = read_manifest(flags.text("trained"));
  try {
    for (const Curve& curve : manifest.curves) {
      const auto one = fitted.find(curve.name);
      if (one == fitted.end()) continue;
      require_curve_of_fit(curve, one->second, fit.seen);
      recipes.push_back(curve.recipe);
      fitted.erase(one);
    }
    if (recipes.empty())
      throw InputError("none of its curves is one of the fit's", "their names differ", "give the manifest of the fit");
    if (!fitted.empty())
      throw InputError(fmt::format("the fit's curve \"{}\" is not in it", fitted.begin()->first),
                       "all runs that were fitted count as known", "give the manifest of the fit");
  } catch (const InputError& error) {
    throw error.at(flags.text("trained"));
  }
  return recipes;
}

LossSde sde_of(const Question& question) {
  LossSde sde = with_draws_in_turn(make_sde(question.fit), question.config.seed);
  sde.spikes = question.config.spikes;
  return sde;
}

Question read_question(const Flags& flags) {
  Question out;
  std::tie(out.config, out.fit) = read_inputs(flags);
  out.budget = read_token_budget(flags, out.fit);
  out.options.budget = out.budget.tokens;
  out.options.divergence_cost = DivergenceCost(out.config.divergence_cost, sde_of(out));
  out.options.runs = static_cast<int>(flags.whole_number("runs", 1, kMostRunsTogether));
  out.options.delta = out.config.delta.value_or(kUsualDelta);
  out.options.seed = out.config.seed;
  out.options.trained = read_trained(flags, out.fit);
  out.options.execution = read_execution(flags);
  out.space = blaming(flags.text("SWEEP"),
                      [&] { return run_space(out.config, out.fit, out.budget, out.options.execution.threads); });
  return out;
}

NextRuns answer(const Question& question) {
  const LossSde sde = sde_of(question);
  std::vector<Recipe> candidates;
  for (const Candidate& one : question.space.candidates) candidates.push_back(one.recipe);
  std::vector<PossibleRun> runs;
  for (std::size_t r = 0; r < question.space.runs.size(); ++r)
    runs.push_back({question.space.runs[r].recipe, question.space.tokens[r]});
  return next_runs(sde, candidates, runs, question.options);
}

// The most valuable run of each family and length: those of one family and length are often much alike.
std::vector<RunValue> shown_runs(const Question& question, const NextRuns& found) {
  std::set<std::pair<std::size_t, Step>> shown;
  std::vector<RunValue> out;
  for (const RunValue& one : found.single) {
    const Candidate& run = question.space.runs[one.run];
    if (out.size() < kShownRuns && shown.emplace(run.family, run.recipe.total_steps()).second) out.push_back(one);
  }
  return out;
}

bool is_worth_a_run(const NextRuns& found) {
  return !found.single.empty() && found.single.front().gain >= kNothingToLearn;
}

std::vector<std::string> outside_of(const Question& question, const Candidate& one) {
  return extrapolations(question.fit, one.recipe.schedule);
}

// The runs that are recommended: those of the plan.
std::vector<std::size_t> recommended(const NextRuns& found) {
  std::vector<std::size_t> runs;
  if (is_worth_a_run(found))
    for (const RunValue& one : found.plan) runs.push_back(one.run);
  return runs;
}

// In what today's choice and the recommended runs lie far outside the fit's runs.
std::vector<std::string> far_outside(const Question& question, const NextRuns& found) {
  const auto far = [&](const Candidate& one) {
    return far_extrapolations(question.fit, one.recipe, question.fit.weight_decay);
  };
  std::vector<std::string> reasons = far(question.space.candidates[found.chosen]);
  for (const std::size_t run : recommended(found))
    for (const std::string& one : far(question.space.runs[run]))
      reasons.push_back(fmt::format("a run of the plan has {}", one));
  std::set<std::string> said;
  std::erase_if(reasons, [&](const std::string& one) { return !said.insert(one).second; });
  return reasons;
}

// Today's choice beside its limits.
std::vector<LimitedRisk> risks(const Question& question, const NextRuns& found) {
  return limited_risks(question.space.candidates[found.chosen].recipe, question.config.limits, sde_of(question));
}

std::vector<std::string> warnings(const Question& question, const NextRuns& found) {
  std::vector<std::string> out;
  const RunSpace& space = question.space;
  if (space.runs_beyond > 0)
    out.push_back(fmt::format("{} possible runs are left out: the fit does not stand for their peak LRs, above {:.3g}",
                              space.runs_beyond, standing_peak_lr(question.fit)));
  if (space.candidates_beyond > 0)
    out.push_back(fmt::format("the fit does not stand for {} of the {} candidates, which the choice is of all the same",
                              space.candidates_beyond, space.candidates.size()));
  for (const std::size_t run : recommended(found))
    if (const auto outside = outside_of(question, space.runs[run]); !outside.empty())
      out.push_back(fmt::format("a run of the plan lies outside the training curves: {}", fmt::join(outside, "; ")));
  return out;
}

void add_row(const Question& question, std::size_t number, const RunValue& value, TextTable& table) {
  const double tokens = question.space.tokens[value.run];
  table.add_row({fmt::format("{}", number), fmt::format("{:.3f}", 1e3 * value.gain),
                 fmt::format("{:.3g}", 1e3 * value.gain / (tokens / 1e9)), fmt::format("{:.0f}%", 100 * value.p_change),
                 fmt::format("{}", question.space.runs[value.run].recipe.total_steps()), fmt::format("{:.3g}", tokens),
                 fmt::format("{}", fmt::join(outside_of(question, question.space.runs[value.run]), "; ")),
                 schedule(question.space.runs[value.run])});
}

std::string table_of(const Question& question, std::span<const RunValue> values) {
  TextTable table;
  table.add_row({"", "gain [1e-3 nats]", "for 1e9 tokens", "P(choice changes)", "steps", "tokens",
                 "outside the training curves", "run"});
  for (std::size_t i = 0; i < values.size(); ++i) add_row(question, i + 1, values[i], table);
  return table.text();
}

std::string plan_text(const Question& question, const NextRuns& found) {
  double gain = 0, tokens = 0;
  for (const RunValue& one : found.plan) {
    gain += one.gain;
    tokens += question.space.tokens[one.run];
  }
  std::string text = fmt::format("the plan, each run with what it adds: {:.3f}e-3 nats for {:.3g} of {:.3g} tokens\n{}",
                                 1e3 * gain, tokens, question.budget.tokens, table_of(question, found.plan));
  if (const auto& rival = found.plan.back().rival)
    text +=
        fmt::format("if the choice then changes, most likely to: {}\n", schedule(question.space.candidates[*rival]));
  return text;
}

std::string answer_text(const Question& question, const NextRuns& found) {
  const std::string chosen = schedule(question.space.candidates[found.chosen]);
  std::string text = doubts_headline(doubts(question.fit)) + standing_text(question.fit) +
                     hazard_text(question.fit, question.config.spikes);
  text += fmt::format(
      "today's choice of {}: {}\n"
      "its expected loss{} is {:.4f}; by what the fit knows, the best candidate lies {:.3f}e-3 nats below it on "
      "average\n",
      counted(question.space.candidates.size(), "candidate"), chosen,
      question.config.divergence_cost > 0 ? ", divergence weighed," : "", found.mean, 1e3 * found.regret);
  for (const LimitedRisk& risk : risks(question, found))
    text += fmt::format("{} of this choice is {:.3g}; candidates and runs with more than {:g} are left out\n",
                        risk.name, risk.probability, risk.limit);
  if (!is_worth_a_run(found))
    return text + fmt::format("nothing to learn: none of {} runs is expected to make the choice {:g} nats better\n",
                              question.space.runs.size(), kNothingToLearn);
  text +=
      fmt::format("the runs that are worth the most, each by itself, the best of each family and length, of {}:\n{}",
                  question.space.runs.size(), table_of(question, shown_runs(question, found)));
  return text + plan_text(question, found);
}

Json values_json(const Question& question, std::span<const RunValue> values) {
  Json list = Json::array();
  for (const RunValue& one : values) {
    const double tokens = question.space.tokens[one.run];
    list.push_back({{"schedule", schedule(question.space.runs[one.run])},
                    {"steps", question.space.runs[one.run].recipe.total_steps()},
                    {"tokens", tokens},
                    {"gain", one.gain},
                    {"gain_per_token", one.gain / tokens},
                    {"p_change", one.p_change},
                    {"extrapolations", outside_of(question, question.space.runs[one.run])},
                    {"rival", one.rival ? Json(schedule(question.space.candidates[*one.rival])) : Json(nullptr)}});
  }
  return list;
}

Json limits_json(const std::vector<LimitedRisk>& risks) {
  Json limits = Json::object();
  for (const LimitedRisk& risk : risks)
    limits[std::string(risk.name)] = {{"limit", risk.limit}, {"choice", risk.probability}};
  return limits;
}

Json answer_json(const Question& question, const NextRuns& found, const Flags& flags) {
  Json object = trust_json(question.fit);
  std::vector<fs::path> inputs = {flags.text("FIT"), flags.text("SWEEP")};
  if (flags.has("trained")) inputs.emplace_back(flags.text("trained"));
  object.update({{"choice", {{"schedule", schedule(question.space.candidates[found.chosen])}, {"mean", found.mean}}},
                 {"candidates", question.space.candidates.size()},
                 {"regret", found.regret},
                 {"draws", found.draws},
                 {"budget", question.budget.tokens},
                 {"tokens_per_step", question.budget.tokens_per_step},
                 {"runs", question.space.runs.size()},
                 {"nothing_to_learn", !is_worth_a_run(found)},
                 {"single", values_json(question, shown_runs(question, found))},
                 {"plan", values_json(question, found.plan)},
                 {"limits", limits_json(risks(question, found))},
                 {"hazard_of_fit", hazard_json(question.fit, question.config.spikes)},
                 {"extrapolations", outside_of(question, question.space.candidates[found.chosen])},
                 {"warnings", warnings(question, found)},
                 {"provenance", provenance_json(make_provenance(flags.command_line(), inputs, "cpu"))}});
  return object;
}

void run(const Flags& flags) {
  const Question question = read_question(flags);
  const NextRuns found = answer(question);
  if (flags.has("json"))
    print_json(answer_json(question, found, flags));
  else
    print(answer_text(question, found));
  report_extrapolations(outside_of(question, question.space.candidates[found.chosen]));
  for (const std::string& warning : warnings(question, found)) report_warning(warning);
  require_reliable(flags, both(doubts(question.fit), far_outside(question, found)));
}

}  // namespace

Command next_command() {
  return {
      "next",
      "says which runs to train next, so that the schedule chosen after them is the best",
      {{"FIT", "fit.json, made by `losscast fit`"},
       {"SWEEP", "the sweep file that the choice is about, which rests on that fit"}},
      joined(
          {{{"budget", "TOKENS", "how many tokens all runs of the plan may take together"},
            {"runs", "K", "runs of the plan at most, as long as each is worth it", std::to_string(kMostRunsTogether)},
            {"tokens-per-step", "B", "of a batch, for a fit that does not say it"},
            {"trained", "MANIFEST", "the manifest of the fit's runs, so that a run like one of them counts as known"},
            {"set", "KEY=VALUE...", "overrides the sweep file; may be given several times"}},
           params_flag(),
           backend_flags(),
           threads_flag(),
           strict_flag(),
           json_flag()}),
      {"losscast next fit.json sweep.toml --budget 2e9",
       "losscast next fit.json sweep.toml --budget 2e9 --runs 1 --trained runs.toml --json"},
      run};
}

}  // namespace losscast
