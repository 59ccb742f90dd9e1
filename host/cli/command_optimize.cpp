// `losscast optimize`: the best LR at every step, and how near the usual families come to it.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <memory>
#include <nlohmann/json.hpp>

#include "base/stopwatch.hpp"
#include "cli/cost_on_screen.hpp"
#include "cli/finite_result.hpp"
#include "cli/fit_input.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/shared_flags.hpp"
#include "cli/spikes_input.hpp"
#include "cli/text_table.hpp"
#include "cli/trust_text.hpp"
#include "io/provenance_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/base/spread.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/format/csv_writer.hpp"
#include "losscast/io/sweep_spikes.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/optimum/family_members.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/tails/divergence_law.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

constexpr double kUsualLowest = 1e-4;           // of the peak
constexpr std::int64_t kMostSteps = 1'000'000;  // some numbers are kept for each

FreeFormBounds read_bounds(const Flags& flags) {
  for (const char* name : {"steps", "peak-lr"})
    if (!flags.has(name))
      throw InputError(fmt::format("--{} is missing", name), "it bounds what is searched",
                       "add it, such as --steps 24000 --peak-lr 3e-4");
  FreeFormBounds bounds;
  bounds.total_steps = flags.whole_number("steps", 2, kMostSteps);
  bounds.peak_lr = flags.positive_number("peak-lr");
  bounds.min_lr = flags.has("min-lr") ? flags.positive_number("min-lr") : kUsualLowest * bounds.peak_lr;
  if (bounds.min_lr > bounds.peak_lr)
    flags.fail("min-lr", fmt::format("this is above the peak, {}", flags.text("peak-lr")),
               "the lowest LR lies below the highest", "lower it");
  if (flags.has("warmup-steps")) bounds.warmup_steps = flags.whole_number("warmup-steps", 0);
  if (bounds.warmup_steps > bounds.total_steps - 2)
    flags.fail("warmup-steps", "this leaves nothing to choose", fmt::format("the run has {} steps", bounds.total_steps),
               "shorten the warm-up");
  if (flags.has("monotone")) bounds.order = FreeFormBounds::Order::non_increasing;
  return bounds;
}

Schedule schedule_of(const std::vector<double>& lrs) {
  Segment segment;
  segment.end = static_cast<Step>(lrs.size());
  segment.shape = Shape::table;
  segment.table = std::make_shared<const std::vector<double>>(lrs);
  return Schedule({segment});
}

LossSde read_sde(const Flags& flags, const Fit& fit, const FreeFormBounds& bounds) {
  Uncertainty uncertainty;
  if (flags.has("no-parameter-uncertainty")) uncertainty.parameters = Uncertainty::Source::off;
  LossSde sde = make_sde(fit, uncertainty);
  sde.spikes = read_spikes_of(flags, fit);
  sde.draws = spread(sde.draws.all(), static_cast<std::size_t>(flags.whole_number("draws", 1)));
  if (flags.has("weight-decay")) sde.weight_decay = flags.number_from_zero("weight-decay");
  try {
    check_weight_decay(*sde.model, schedule_of({bounds.peak_lr}), sde.weight_decay);
  } catch (const InputError& error) {
    throw error.at("--peak-lr");
  }
  return sde;
}

std::string schedule_csv(const std::vector<double>& lrs) {
  const std::string header[] = {"step", "lr"};
  CsvWriter csv(header);
  for (std::size_t s = 0; s < lrs.size(); ++s) {
    csv.add(s).add(lrs[s]);
    csv.end_row();
  }
  return csv.text();
}

// The first step from which on the LR stays below this.
Step falls_below(const std::vector<double>& lrs, double lr) {
  std::size_t s = lrs.size();
  while (s > 0 && lrs[s - 1] < lr) --s;
  return static_cast<Step>(s);
}

struct Optimum {
  FreeFormBounds bounds;
  Spikes spikes;
  std::vector<double> divergence;  // with a barrier: P(diverge) of the free form, then of the families
  FreeForm free_form;
  std::vector<FamilyMember> families;
  std::vector<std::string> extrapolations, warnings;
  std::vector<std::string> doubts;  // about the fit
  double seconds = 0;
};

// A gradient of a tenth of the run is timed, or of few steps: the shortest of a few, as what else the machine does
// makes them only longer. All of an optimum takes as long as so many gradients over all draws, in the middle of what
// runs have needed.
double seconds_ahead(MeanLaw& law, const FreeFormBounds& bounds) {
  constexpr double kGradients = 550;
  constexpr Step kFew = 500;
  const Step timed = std::min(bounds.total_steps, std::max(kFew, bounds.total_steps / 10));
  std::vector<double> lrs(static_cast<std::size_t>(timed), bounds.peak_lr), gradient(lrs.size());
  double once = std::numeric_limits<double>::infinity();
  for (int i = 0; i < 3; ++i) {
    const Stopwatch watch;
    law.gradient(lrs, gradient);
    once = std::min(once, watch.seconds());
  }
  return kGradients * once * static_cast<double>(bounds.total_steps) / static_cast<double>(timed);
}

// The losses are of runs that do not diverge; this is how many do.
std::vector<double> divergence_of(const Optimum& optimum, const LossSde& sde) {
  if (!(sde.spikes.barrier_limit > 0)) return {};
  const DivergenceLaw law(sde);
  std::vector<double> probabilities = {law.probability(schedule_of(optimum.free_form.lrs))};
  for (const FamilyMember& member : optimum.families) probabilities.push_back(law.probability(member.schedule));
  return probabilities;
}

// What is printed of it is numbers.
void check_numbers(const Optimum& optimum) {
  const FreeForm& best = optimum.free_form;
  for (const double number : {best.loss, best.start_loss, best.optimality}) require_finite(number, "the expected loss");
  for (const FamilyMember& member : optimum.families)
    require_finite(member.loss, "the expected loss of " + schedule_text(member.arguments));
}

std::string optimum_text(const Optimum& optimum) {
  const FreeForm& best = optimum.free_form;
  const double peak = *std::max_element(best.lrs.begin(), best.lrs.end());
  std::string text = fmt::format(
      "free form: expected loss {:.6f} after {} steps; none is better by more than {:.1e}, to first order\n"
      "its LR comes to {:.4g}, is below 99% of that from step {} on and below 50% from step {} on\n"
      "gain over the best of the families: {:.6f} ({} gradients, {:.1f} s)\n",
      best.loss, best.lrs.size(), best.optimality, peak, falls_below(best.lrs, 0.99 * peak),
      falls_below(best.lrs, 0.5 * peak), best.start_loss - best.loss, best.evaluations, optimum.seconds);
  const std::vector<double>& divergence = optimum.divergence;
  if (!divergence.empty()) text += fmt::format("P(diverge) of the free form: {:.2g}\n", divergence.front());
  TextTable table;
  std::vector<std::string> header = {"loss", "above free form"};
  if (!divergence.empty()) header.emplace_back("P(diverge)");
  header.emplace_back("schedule");
  table.add_row(header);
  for (std::size_t m = 0; m < optimum.families.size(); ++m) {
    const FamilyMember& member = optimum.families[m];
    std::vector<std::string> row = {fmt::format("{:.6f}", member.loss), fmt::format("{:.6f}", member.loss - best.loss)};
    if (!divergence.empty()) row.push_back(fmt::format("{:.2g}", divergence[m + 1]));
    row.push_back(schedule_text(member.arguments));
    table.add_row(row);
  }
  return text + table.text();
}

Json optimum_json(const Optimum& optimum, const Fit& fit, const Flags& flags) {
  const FreeForm& best = optimum.free_form;
  const auto divergence = [&](std::size_t n) {
    return optimum.divergence.empty() ? Json(nullptr) : Json(optimum.divergence[n]);
  };
  Json families = Json::array();
  for (const FamilyMember& member : optimum.families)
    families.push_back({{"schedule", schedule_text(member.arguments)},
                        {"loss", member.loss},
                        {"above_free_form", member.loss - best.loss},
                        {"p_diverge", divergence(families.size() + 1)}});
  const std::vector<std::filesystem::path> inputs = {flags.text("FIT")};
  Json object = trust_json(optimum.doubts);
  object.update({{"free_form",
                  {{"loss", best.loss},
                   {"start", families.front()["schedule"]},
                   {"gain_over_start", best.start_loss - best.loss},
                   {"optimality", best.optimality},
                   {"p_diverge", divergence(0)},
                   {"gradients", best.evaluations}}},
                 {"families", families},
                 {"hazard_of_fit", hazard_json(fit, optimum.spikes)},
                 {"extrapolations", optimum.extrapolations},
                 {"warnings", optimum.warnings},
                 {"out", flags.has("out") ? Json(flags.text("out")) : Json(nullptr)},
                 {"seconds", optimum.seconds},
                 {"provenance", provenance_json(make_provenance(flags.command_line(), inputs, "cpu"))}});
  return object;
}

// What speaks against the optimum as such, and what the fit warns of.
std::vector<std::string> warnings_of(const Optimum& optimum, const Fit& fit) {
  const std::vector<double>& lrs = optimum.free_form.lrs;
  std::vector<std::string> warnings;
  if (*std::max_element(lrs.begin() + optimum.bounds.warmup_steps, lrs.end()) >= optimum.bounds.peak_lr)
    warnings.push_back(
        std::isinf(standing_peak_lr(fit))
            ? "the LR comes to the highest allowed, and this model does not know where training becomes unstable: "
              "trust "
              "it only where runs at that peak were stable"
            : fmt::format("the LR comes to the highest allowed: the fit stands for peaks up to {:.3g}",
                          standing_peak_lr(fit)));
  if (!optimum.divergence.empty() && optimum.divergence.front() > kUsualDivergenceLimit)
    warnings.push_back(
        fmt::format("{:.2g}% of the runs under the free form diverge: the search is for the loss of those that do not; "
                    "lower --peak-lr",
                    100 * optimum.divergence.front()));
  warnings.insert(warnings.end(), fit.warnings.begin(), fit.warnings.end());
  return warnings;
}

void run(const Flags& flags) {
  const Stopwatch watch;
  Optimum optimum;
  optimum.bounds = read_bounds(flags);
  const Fit fit = read_usable_fit(flags.text("FIT"), flags);
  const LossSde sde = read_sde(flags, fit, optimum.bounds);
  const Execution execution{Backend::cpu, MathMode::reproducible, read_threads(flags)};
  if (flags.has("out")) require_writable_file(flags.text("out"));

  MeanLaw law(sde, execution.threads);
  report_progress(fmt::format("polishing the usual families over {} draws of the parameters", sde.draws.size()));
  report_cost(seconds_ahead(law, optimum.bounds), fmt::format("the law of {} steps, {} draws, again and again",
                                                              optimum.bounds.total_steps, sde.draws.size()));
  optimum.families = best_family_members(law, sde, optimum.bounds, execution);
  optimum.free_form = best_free_form(
      law, optimum.bounds, optimum.families.front().schedule,
      [](std::size_t knots, double) { report_progress(fmt::format("{} knots are at their best", knots)); });
  check_numbers(optimum);
  optimum.spikes = sde.spikes;
  optimum.divergence = divergence_of(optimum, sde);
  const std::vector<double>& lrs = optimum.free_form.lrs;
  optimum.extrapolations = extrapolations(fit, schedule_of(lrs));
  if (sde.weight_decay != fit.weight_decay)
    optimum.extrapolations.push_back(
        fmt::format("weight_decay {:.4g} instead of {:.4g}", sde.weight_decay, fit.weight_decay));
  optimum.warnings = warnings_of(optimum, fit);
  if (flags.has("out")) write_atomically(flags.text("out"), schedule_csv(lrs));
  optimum.seconds = watch.seconds();
  optimum.doubts = doubts(fit);

  report_extrapolations(optimum.extrapolations);
  for (const std::string& warning : optimum.warnings) report_warning(warning);
  if (flags.has("json"))
    print_json(optimum_json(optimum, fit, flags));
  else
    print(doubts_headline(optimum.doubts) + optimum_text(optimum) + hazard_text(fit, optimum.spikes));
  require_reliable(flags, both(optimum.doubts, far_extrapolations(fit, schedule_of(lrs), sde.weight_decay)));
}

}  // namespace

Command optimize_command() {
  return {"optimize",
          "finds the best LR at every step, and the best member of each of the usual families",
          {{"FIT", "the fit, as `losscast fit` wrote it"}},
          joined({{{"steps", "N", "of the run"},
                   {"peak-lr", "X", "the highest LR allowed"},
                   {"min-lr", "X", "the lowest after the warm-up, above 0 (default: 1e-4 of the highest)"},
                   {"warmup-steps", "N", "linear from 0 to the highest LR, fixed (default: the warm-up is free, too)"},
                   {"monotone", "", "the LR must not rise after the warm-up"},
                   {"draws", "N", "of the parameters, evenly spread over those of the fit, to average over", "64"},
                   {"no-parameter-uncertainty", "", "for the fitted parameters alone"},
                   {"weight-decay", "X", "of the run (default: that of the training curves)"},
                   spikes_flag().front(),
                   {"out", "FILE", "the LR of each step, as CSV for the family \"file\" (default: none is written)"}},
                  params_flag(),
                  threads_flag(),
                  strict_flag(),
                  json_flag()}),
          {"losscast optimize fit.json --steps 24000 --peak-lr 3e-4 --warmup-steps 2000 --monotone --out schedule.csv",
           "losscast optimize fit.json --steps 24000 --peak-lr 3e-4 --no-parameter-uncertainty --json"},
          run};
}

}  // namespace losscast
