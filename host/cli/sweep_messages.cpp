#include "cli/sweep_messages.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "cli/forecast_text.hpp"
#include "cli/text_table.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

constexpr std::size_t kShown = 10;  // candidates in the table and in --json; results.csv has all

std::set<std::string> searched_arguments(const SweepConfig& config) {
  std::set<std::string> names;
  for (const FamilySpace& space : config.space.families)
    for (const Axis& axis : space.axes) names.insert(axis.argument);
  return names;
}

std::string cell(const Arguments& arguments, const std::string& name) {
  const auto found = arguments.values.find(name);
  if (found == arguments.values.end()) return "";
  if (const auto* number = std::get_if<double>(&found->second)) return fmt::format("{:.4g}", *number);
  if (const auto* word = std::get_if<std::string>(&found->second)) return *word;
  return value_text(found->second);
}

double median_reduction(const SweepResult& result) {
  std::vector<double> all;
  for (const RankedCandidate& one : result.ranked) all.push_back(one.statistics.reduction);
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end());
  return *middle;
}

std::string steps_to_loss_text(const StepsToLoss& found) {
  if (found.probes.size() == 1)
    return fmt::format("  a loss of {:g} takes at most {} steps: the first of the horizons does\n", found.loss,
                       found.steps);
  std::string text = fmt::format("  the fewest steps to a loss of {:g}: {}", found.loss, found.steps);
  if (found.low && found.high)
    text += fmt::format("; one standard deviation of the fit around it: {} to {}", *found.low, *found.high);
  return text + "\n";
}

}  // namespace

std::span<const RankedCandidate> shown(const SweepResult& result) {
  return std::span(result.ranked).first(std::min(kShown, result.ranked.size()));
}

std::string ranking_text(const SweepConfig& config, const SweepResult& result) {
  const std::set<std::string> arguments = searched_arguments(config);
  std::vector<std::string> header = {"rank", "family"};
  header.insert(header.end(), arguments.begin(), arguments.end());
  header.insert(header.end(), {"loss", "se", "minus best", fmt::format("{:g}% interval", 100 * config.confidence), ""});
  TextTable table;
  table.add_row(header);
  std::size_t rank = 0;
  for (const RankedCandidate& one : shown(result)) {
    std::vector<std::string> row = {fmt::format("{}", ++rank), config.space.families[one.candidate.family].family};
    for (const std::string& name : arguments) row.push_back(cell(one.candidate.arguments, name));
    row.insert(row.end(),
               {fmt::format("{:.6f}", one.statistics.mean), fmt::format("{:.1e}", one.statistics.standard_error),
                fmt::format("{:.6f}", one.difference.mean),
                fmt::format("{:.6f} to {:.6f}", one.difference.low, one.difference.high),
                one.extrapolations.empty() ? "" : fmt::format("outside: {}", fmt::join(one.extrapolations, "; "))});
    table.add_row(row);
  }
  return table.text();
}

std::string certificate_text(const SweepCertificate& certificate) {
  const SearchResult& search = certificate.search;
  std::string text = fmt::format(
      "{}: by its {}, the winner is within {:.2g} nats of the best of {} candidates with probability {:.4g} at "
      "least{}\n",
      certificate.certified ? "certified" : "NOT certified", objective_name(search.objective), search.delta,
      search.race.rounds.front().candidates - search.race.excluded, search.selection.p_selection,
      search.selection.exact ? " (finalists by exact means)" : "");
  if (!search.objection.empty())
    text += "  " + search.objection + "\n";
  else if (!certificate.certified)
    text += fmt::format("  stopped by: {}; {} candidates are left: more of that would decide between them\n",
                        race_end_name(search.race.end), search.race.finalists.size());
  if (certificate.steps_to_loss) text += steps_to_loss_text(*certificate.steps_to_loss);
  for (const LimitedRisk& risk : certificate.risks)
    text += fmt::format("  {} of the winner is {:.3g}, at most {:g} was allowed\n", risk.name, risk.probability,
                        risk.limit);
  if (search.polished)
    text += fmt::format("  between the candidates, {:.2g} nats better than it: {}\n", search.polished->gain,
                        schedule_text(search.polished->arguments));
  for (const HorizonMean& one : search.horizons) text += fmt::format("  after {} steps: {:.6f}\n", one.steps, one.mean);
  if (!search.posterior) return text;
  text += fmt::format(
      "  so it is in {:.1f}% of the fit's draws one by one; their own best is {:.2g} nats better on average\n",
      100 * search.posterior->p_posterior, search.posterior->lost);
  if (certificate.next_run)
    text += fmt::format("  to learn more, train the winner and {}: their difference is known to +- {:.2g} nats\n",
                        schedule_text(*certificate.next_run), search.posterior->next_run_deviation);
  return text;
}

std::string effort_text(const SweepResult& result) {
  std::string text = performance_text(result.performance, result.step_error.block, result.total_seconds);
  for (const std::string& line :
       {levers_text(result.levers, median_reduction(result)), result.precision ? precision_text(*result.precision) : "",
        unknown_quantiles_text(result.ranked.front().statistics)})
    if (!line.empty()) text += "\n" + line;
  return text;
}

std::vector<std::string> sweep_warnings(const SweepResult& result) {
  std::vector<std::string> warnings;
  const auto is_outside = [](const RankedCandidate& one) { return !one.extrapolations.empty(); };
  const auto first = std::find_if(result.ranked.begin(), result.ranked.end(), is_outside);
  if (first != result.ranked.end())
    warnings.push_back(
        fmt::format("{} of {} candidates lie outside what the fit has seen; the first of them, rank {}: "
                    "{}",
                    std::count_if(first, result.ranked.end(), is_outside), result.ranked.size(),
                    first - result.ranked.begin() + 1, fmt::join(first->extrapolations, "; ")));
  const auto lost = std::count_if(result.ranked.begin(), result.ranked.end(),
                                  [](const RankedCandidate& one) { return one.statistics.status != Status::ok; });
  if (lost > 0)
    warnings.push_back(fmt::format("{} of {} candidates lost paths; they are ranked last, column `status` marks them",
                                   lost, result.ranked.size()));
  if (result.precision)
    for (const std::string& warning : precision_warnings(*result.precision, result.ranked.size()))
      warnings.push_back(warning);
  for (const std::string& warning : step_warnings(result.step_error)) warnings.push_back(warning);
  return warnings;
}

}  // namespace losscast
