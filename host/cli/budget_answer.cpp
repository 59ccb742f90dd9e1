#include "cli/budget_answer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

#include "cli/shared_flags.hpp"
#include "cli/spikes_input.hpp"
#include "cli/sweep_messages.hpp"
#include "cli/text_table.hpp"
#include "cli/trust_text.hpp"
#include "format/json_text.hpp"
#include "format/sha256.hpp"
#include "io/provenance_json.hpp"
#include "jobs/plan_results.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/sweep/best_at_border.hpp"
#include "losscast/text/listing.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

// In what a use lies outside what its fit has seen, its model's size with it.
std::vector<std::string> outside(const BudgetUse& use, const Fit& fit) {
  std::vector<std::string> phrases = use.result.ranked.front().extrapolations;
  if (const std::optional<std::string> size = size_extrapolation(fit)) phrases.push_back(*size);
  return phrases;
}

// Which of the sizes offered the best one is, "smallest" or "largest": what lies beyond was not asked. Nothing if it
// lies between others, or if not all sizes are known.
std::optional<std::string> border_of(std::span<const BudgetPlan> sizes, const BudgetUse& best) {
  double smallest = std::numeric_limits<double>::infinity(), largest = 0;
  for (const BudgetPlan& size : sizes) {
    if (!size.plan.fit.params) return {};
    smallest = std::min(smallest, *size.plan.fit.params);
    largest = std::max(largest, *size.plan.fit.params);
  }
  const double found = *sizes[best.number].plan.fit.params;
  if (smallest == largest || (found > smallest && found < largest)) return {};
  return found == smallest ? "smallest" : "largest";
}

std::string border_warning(const std::string& border) {
  return fmt::format("the best size is the {} of those offered: a {} one may be better", border,
                     border == "smallest" ? "smaller" : "larger");
}

// What may happen to runs of some sizes only, by their sweeps, and what else makes the losses of sizes unlike.
std::vector<std::string> unlike_hazards(std::span<const BudgetPlan> sizes) {
  constexpr std::pair<const char*, double Spikes::*> kParts[] = {{"jumps", &Spikes::jump_rate},
                                                                 {"a barrier", &Spikes::barrier_limit}};
  std::vector<std::string> unlike;
  for (const auto& [part, switched_by] : kParts) {
    std::vector<std::string> with, without;
    for (const BudgetPlan& size : sizes)
      (size.plan.config.spikes.*switched_by > 0 ? with : without).push_back(size.name);
    if (!with.empty() && !without.empty())
      unlike.push_back(fmt::format("{} for {}, none for {}", part, listing(with), listing(without)));
  }
  std::vector<std::string> costs;
  for (const BudgetPlan& size : sizes)
    costs.push_back(fmt::format("{:g} for {}", size.plan.config.divergence_cost, size.name));
  const double first = sizes.front().plan.config.divergence_cost;
  if (std::ranges::any_of(sizes, [&](const BudgetPlan& size) { return size.plan.config.divergence_cost != first; }))
    unlike.push_back(fmt::format("a divergence_cost of {}", listing(costs)));
  if (unlike.empty()) return {};
  return {fmt::format("the sizes are not compared alike ({})", fmt::join(unlike, "; "))};
}

std::string name_of_loss(std::span<const BudgetUse> uses) {
  const auto is_weighed = [](const BudgetUse& use) { return use.config.divergence_cost > 0; };
  if (std::ranges::none_of(uses, is_weighed)) return "loss";
  return std::ranges::all_of(uses, is_weighed) ? "loss, divergence weighed" : "loss, divergence weighed of some";
}

std::string table_text(std::span<const BudgetPlan> sizes, std::span<const BudgetUse> uses) {
  TextTable table;
  table.add_row({"", "steps", "tokens", name_of_loss(uses), "by the fit +-", "the best with", "certified", ""});
  for (const BudgetUse& use : uses) {
    const std::vector<std::string> phrases = outside(use, sizes[use.number].plan.fit);
    table.add_row({sizes[use.number].name, fmt::format("{}", use.steps), fmt::format("{:.3g}", use.tokens),
                   fmt::format("{:.4f}", use.mean), fmt::format("{:.1e}", use.deviation),
                   fmt::format("{:.1f}%", 100 * use.p_best), use.result.certificate->certified ? "yes" : "no",
                   phrases.empty() ? "" : fmt::format("outside: {}", fmt::join(phrases, "; "))});
  }
  return table.text();
}

// Of which sizes the runs are under the hazard of their fit.
std::string hazards_text(std::span<const BudgetPlan> sizes) {
  std::string text;
  for (const BudgetPlan& size : sizes)
    if (const std::string line = hazard_text(size.plan.fit, size.plan.config.spikes); !line.empty())
      text += fmt::format("{}: {}", size.name, line);
  return text;
}

Json uses_json(std::span<const BudgetPlan> sizes, std::span<const BudgetUse> uses, const fs::path& out) {
  Json list = Json::array();
  for (const BudgetUse& use : uses) {
    const RankedCandidate& winner = use.result.ranked.front();
    const BudgetPlan& size = sizes[use.number];
    const HorizonMean& found = use.result.certificate->search.horizons.front();
    list.push_back({{"sweep", size.plan.file.string()},
                    {"params", size.plan.fit.params ? Json(*size.plan.fit.params) : Json(nullptr)},
                    {"steps", use.steps},
                    {"tokens", use.tokens},
                    {"mean", found.mean},
                    {"deviation", use.deviation},
                    {"p_best", use.p_best},
                    {"p_within", winner.known.p_within},
                    {"certified", use.result.certificate->certified},
                    {"schedule", schedule_text(winner.candidate.arguments)},
                    {"extrapolations", outside(use, size.plan.fit)},
                    {"hazard_of_fit", hazard_json(size.plan.fit, use.config.spikes)},
                    {"out", (out / size.name).string()}});
    if (use.config.divergence_cost > 0)
      list.back().update({{"p_diverge", found.p_diverge}, {"weighed_mean", found.weighed_mean}});
  }
  return list;
}

// Doubts about the fits of all sizes, each with the size's name, as the sizes are compared by all of them, and about
// that comparison.
std::vector<std::string> all_doubts(std::span<const BudgetPlan> sizes) {
  std::vector<std::string> all;
  for (const BudgetPlan& size : sizes)
    for (const std::string& doubt : doubts(size.plan.fit)) all.push_back(fmt::format("{}: {}", size.name, doubt));
  return both(std::move(all), unlike_hazards(sizes));
}

// In what the winner of the best size lies far outside its training curves, and that its race certified nothing.
std::vector<std::string> reasons_against(const BudgetUse& best, const Fit& fit) {
  const Candidate& winner = best.result.ranked.front().candidate;
  std::vector<std::string> reasons =
      both(far_extrapolations(fit, winner.recipe, fit.weight_decay), best_at_border(best.config.space, fit, winner));
  if (!best.result.certificate->certified) reasons.emplace_back("its race certified nothing");
  return reasons;
}

}  // namespace

std::string budget_hash(const Budget& budget, std::span<const BudgetPlan> sizes) {
  std::string text = fmt::format("budget\n{}\n", number_text(budget.tokens_per_step));
  if (budget.flops) text += fmt::format("flops\n{}\n", number_text(*budget.flops));
  if (budget.tokens) text += fmt::format("tokens\n{}\n", number_text(*budget.tokens));
  for (const BudgetPlan& size : sizes) text += fmt::format("{}\n{}\n", size.name, size.plan.hash);
  return sha256(text);
}

ResultsPlaces results_places(std::span<const BudgetPlan> sizes) {
  ResultsPlaces places;
  for (const BudgetPlan& size : sizes) places.emplace_back(size.name);
  return places;
}

bool is_budget_answered(const fs::path& out, std::span<const BudgetPlan> sizes, const std::string& hash) {
  return kept_answer(out) && is_answer_whole(out, hash, results_places(sizes)) &&
         std::ranges::all_of(sizes,
                             [&](const BudgetPlan& size) { return has_results(out / size.name, size.plan.hash); });
}

Answer budget_answer(std::span<const BudgetPlan> sizes, std::span<const BudgetUse> uses, const fs::path& out,
                     const Provenance& provenance) {
  const BudgetUse& best = uses.front();
  const std::vector<std::string> doubts = all_doubts(sizes);
  Json object = trust_json(doubts);
  const std::optional<std::string> border = border_of(sizes, best);
  object.update({{"uses", uses_json(sizes, uses, out)},
                 {"border", border ? Json(*border) : Json(nullptr)},
                 {"provenance", provenance_json(provenance)}});
  Answer answer;
  answer.plan = provenance.plan;
  answer.json = json_text(object);
  answer.text = fmt::format("{}{}{}best: {}: {}\nWritten to {}\n", doubts_headline(doubts), hazards_text(sizes),
                            table_text(sizes, uses), sizes[best.number].name,
                            schedule_text(best.result.ranked.front().candidate.arguments), out.string());
  if (border) answer.warnings.push_back(border_warning(*border));
  for (const BudgetUse& use : uses)
    for (const std::string& warning :
         both(sweep_warnings(use.result),
              best_at_border(use.config.space, sizes[use.number].plan.fit, use.result.ranked.front().candidate)))
      answer.warnings.push_back(fmt::format("{}: {}", sizes[use.number].name, warning));
  answer.reasons = both(doubts, reasons_against(best, sizes[best.number].plan.fit));
  if (border) answer.reasons.push_back(border_warning(*border));
  return answer;
}

}  // namespace losscast
