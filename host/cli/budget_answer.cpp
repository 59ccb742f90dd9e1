#include "cli/budget_answer.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/shared_flags.hpp"
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

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

std::string table_text(std::span<const BudgetPlan> sizes, std::span<const BudgetUse> uses) {
  TextTable table;
  table.add_row({"", "steps", "tokens", "loss", "by the fit +-", "the best with", "certified", ""});
  for (const BudgetUse& use : uses) {
    const RankedCandidate& winner = use.result.ranked.front();
    table.add_row(
        {sizes[use.number].name, fmt::format("{}", use.steps), fmt::format("{:.3g}", use.tokens),
         fmt::format("{:.4f}", use.mean), fmt::format("{:.1e}", use.deviation),
         fmt::format("{:.1f}%", 100 * use.p_best), use.result.certificate->certified ? "yes" : "no",
         winner.extrapolations.empty() ? "" : fmt::format("outside: {}", fmt::join(winner.extrapolations, "; "))});
  }
  return table.text();
}

Json uses_json(std::span<const BudgetPlan> sizes, std::span<const BudgetUse> uses, const fs::path& out) {
  Json list = Json::array();
  for (const BudgetUse& use : uses) {
    const RankedCandidate& winner = use.result.ranked.front();
    const BudgetPlan& size = sizes[use.number];
    list.push_back({{"sweep", size.plan.file.string()},
                    {"steps", use.steps},
                    {"tokens", use.tokens},
                    {"mean", use.mean},
                    {"deviation", use.deviation},
                    {"p_best", use.p_best},
                    {"p_within", winner.known.p_within},
                    {"certified", use.result.certificate->certified},
                    {"schedule", schedule_text(winner.candidate.arguments)},
                    {"extrapolations", winner.extrapolations},
                    {"out", (out / size.name).string()}});
  }
  return list;
}

// Doubts about the fits of all sizes, each with the size's name, as the sizes are compared by all of them.
std::vector<std::string> all_doubts(std::span<const BudgetPlan> sizes) {
  std::vector<std::string> all;
  for (const BudgetPlan& size : sizes)
    for (const std::string& doubt : doubts(size.plan.fit)) all.push_back(fmt::format("{}: {}", size.name, doubt));
  return all;
}

// In what the winner of the best size lies far outside its training curves, and that its race certified nothing.
std::vector<std::string> reasons_against(const BudgetUse& best, const Fit& fit) {
  std::vector<std::string> reasons =
      far_extrapolations(fit, best.result.ranked.front().candidate.recipe, fit.weight_decay);
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
  object.update({{"uses", uses_json(sizes, uses, out)}, {"provenance", provenance_json(provenance)}});
  Answer answer;
  answer.plan = provenance.plan;
  answer.json = json_text(object);
  answer.text =
      fmt::format("{}{}best: {}: {}\nWritten to {}\n", doubts_headline(doubts), table_text(sizes, uses),
                  sizes[best.number].name, schedule_text(best.result.ranked.front().candidate.arguments), out.string());
  for (const BudgetUse& use : uses)
    for (const std::string& warning : sweep_warnings(use.result))
      answer.warnings.push_back(fmt::format("{}: {}", sizes[use.number].name, warning));
  answer.reasons = both(doubts, reasons_against(best, sizes[best.number].plan.fit));
  return answer;
}

}  // namespace losscast
