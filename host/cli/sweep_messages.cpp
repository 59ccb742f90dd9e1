#include "cli/sweep_messages.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "cli/forecast_text.hpp"
#include "cli/lost_paths.hpp"
#include "cli/text_table.hpp"
#include "losscast/base/counted.hpp"
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

std::string steps_to_loss_text(const StepsToLoss& found) {
  if (!found.above)
    return fmt::format("  a loss of {:g} takes at most {} steps: the first of the horizons does\n", found.loss,
                       found.steps);
  std::string text = fmt::format("  the fewest steps to a loss of {:g}: {}", found.loss, found.steps);
  if (found.is_stopped)
    text = fmt::format("  a loss of {:g} takes more than {} and at most {} steps: the seconds ended the search there",
                       found.loss, *found.above, found.steps);
  if (found.low && found.high)
    text += fmt::format("; one standard deviation of the fit around it: {} to {}", *found.low, *found.high);
  text += "\n";
  const auto is_cut_short = [](const Probe& probe) { return probe.end == RaceEnd::seconds; };
  if (const auto cut_short = std::ranges::count_if(found.probes, is_cut_short); cut_short > 0)
    text += fmt::format("  {} of the {} lengths of run were judged by races that the seconds ended\n", cut_short,
                        found.probes.size());
  return text;
}

// What a race minimises, in words.
std::string minimised(const SearchResult& search) {
  const std::string objective = objective_name(search.objective);
  if (!(search.divergence_cost > 0)) return objective;
  return fmt::format("{} + {:g} P(diverge)", objective, search.divergence_cost);
}

// The winner's mean at one horizon.
std::string horizon_text(const HorizonMean& one, double divergence_cost) {
  if (!(divergence_cost > 0)) return fmt::format("  after {} steps: {:.6f}\n", one.steps, one.mean);
  return fmt::format("  after {} steps: {:.6f}, and {:.6f} with P(diverge) = {:.2g} weighed\n", one.steps, one.mean,
                     one.weighed_mean, one.p_diverge);
}

// What a race found beside its winner.
std::string findings_text(const SweepCertificate& certificate) {
  const SearchResult& search = certificate.search;
  std::string text;
  if (certificate.steps_to_loss) text += steps_to_loss_text(*certificate.steps_to_loss);
  for (const LimitedRisk& risk : certificate.risks)
    text += fmt::format("  {} of the winner is {:.3g}, at most {:g} was allowed\n", risk.name, risk.probability,
                        risk.limit);
  if (search.polished && search.polished->gain < kNothingToLearn)
    text += fmt::format("  between the candidates nothing is {:g} nats better than it\n", kNothingToLearn);
  else if (search.polished)
    text += fmt::format("  between the candidates, {:.2g} nats better than it: {}\n", search.polished->gain,
                        schedule_text(search.polished->arguments));
  for (const HorizonMean& one : search.horizons) text += horizon_text(one, search.divergence_cost);
  return text;
}

}  // namespace

std::span<const RankedCandidate> shown(const SweepResult& result) {
  return std::span(result.ranked).first(std::min(kShown, result.ranked.size()));
}

std::string known_text(const KnownRanking& known, std::size_t ranked, const RankedCandidate& first) {
  if (ranked + static_cast<std::size_t>(known.others) < 2) return "";
  const std::string measure =
      fmt::format("within delta = {:g} nats of the best with probability {:g}% or more", known.delta, 100 * kUndecided);
  std::string all = fmt::format("{} candidates", ranked), undecided = fmt::format("{}", known.undecided);
  if (known.others > 0) {
    all = fmt::format("{} and {} spread over the rest of the space", counted(ranked, "finalist"), known.others);
    undecided = fmt::format("{} and {}", known.undecided, known.undecided_others);
  }
  if (first.statistics.status != Status::ok)  // and it would come last if another lost none
    return fmt::format("none of {} counts as one of the best: each has lost paths\n", all);
  const std::int64_t count = known.undecided + known.undecided_others;
  if (count == 0) return fmt::format("none of {} stands out by these runs: no one is {}\n", all, measure);
  if (count == 1) return fmt::format("of {}, one stands out by these runs: no other is {}\n", all, measure);
  const std::string text = fmt::format("of {}, these runs cannot tell {} apart (each is {})", all, undecided, measure);
  if (!known.next_run) return text + "\n";
  if (known.next_run_gain < kNothingToLearn)
    return text +
           fmt::format("; training one of them is not expected to make the choice {:g} nats better\n", kNothingToLearn);
  return text + fmt::format("; training {} would help most: the choice after it is expected to be {:.2g} nats better\n",
                            schedule_text(*known.next_run), known.next_run_gain);
}

std::vector<std::string> known_header(const KnownRanking& known) {
  return {"90% interval (fit)", fmt::format("P(within {:g})", known.delta)};
}

std::vector<std::string> known_cells(const KnownDifference& known) {
  const bool is_known = std::isfinite(known.low) && std::isfinite(known.high);
  return {is_known ? fmt::format("{:.5f} to {:.5f}", known.low, known.high) : "-",
          fmt::format("{:.2f}", known.p_within)};
}

std::string ranking_text(const SweepConfig& config, const SweepResult& result) {
  const std::set<std::string> arguments = searched_arguments(config);
  std::vector<std::string> header = {"rank", "family"};
  header.insert(header.end(), arguments.begin(), arguments.end());
  header.emplace_back("loss");
  if (config.divergence_cost > 0) header.insert(header.end(), {"P(diverge)", "weighed"});
  header.emplace_back("minus best");
  for (std::string& name : known_header(result.known)) header.push_back(std::move(name));
  TextTable table;
  table.add_row(header);
  std::size_t rank = 0;
  for (const RankedCandidate& one : shown(result)) {
    std::vector<std::string> row = {fmt::format("{}", ++rank), config.space.families[one.candidate.family].family};
    for (const std::string& name : arguments) row.push_back(cell(one.candidate.arguments, name));
    row.push_back(number_cell(one.statistics.mean, "{:.5f}"));
    if (config.divergence_cost > 0)
      row.insert(row.end(), {fmt::format("{:.2g}", one.divergence.p_diverge),
                             fmt::format("{:.5f}", one.statistics.mean + one.divergence.added)});
    row.push_back(number_cell(one.difference.mean, "{:.5f}"));
    for (std::string& known : known_cells(one.known)) row.push_back(std::move(known));
    row.push_back(candidate_notes(one));
    table.add_row(row);
  }
  return table.text() + simulation_error_text(shown(result), config.confidence);
}

std::string candidate_notes(const RankedCandidate& candidate) {
  std::string notes = lost_paths_text(candidate.statistics, candidate.paths);
  if (!candidate.extrapolations.empty())
    notes += fmt::format("{}outside: {}", notes.empty() ? "" : "; ", fmt::join(candidate.extrapolations, "; "));
  return notes;
}

std::string simulation_error_text(std::span<const RankedCandidate> shown, double confidence) {
  if (!std::isfinite(shown.front().statistics.mean)) return "";
  double loss = 0, half = 0;
  for (const RankedCandidate& one : shown) {
    loss = std::fmax(loss, one.statistics.standard_error);
    half = std::fmax(half, (one.difference.high - one.difference.low) / 2);
  }
  return fmt::format(
      "the simulation's own error, which says nothing of the fit: standard errors of losses up to {:.1e}, {:g}% "
      "intervals of differences up to +- {:.1e} nats\n",
      loss, 100 * confidence, half);
}

std::string certificate_text(const SweepResult& result) {
  const SweepCertificate& certificate = *result.certificate;
  const SearchResult& search = certificate.search;
  std::string text = fmt::format(
      "by what the fit knows, the winner's mean is within {:.2g} nats of the best with probability {:.2g}: over its "
      "draws and the error of its law\n",
      search.delta, result.ranked.front().known.p_within);
  text += fmt::format(
      "the simulation is {}: by its {}, the winner is within {:.2g} nats of the best of {} candidates with probability "
      "{:.4g} at least{}\n",
      certificate.certified ? "certified" : "NOT certified", minimised(search), search.delta,
      search.race.rounds.front().candidates - search.race.excluded, search.selection.p_selection,
      search.selection.exact ? " (finalists by exact means)" : "");
  if (!search.objection.empty())
    text += "  " + search.objection + "\n";
  else if (!certificate.certified)
    text += fmt::format("  stopped by: {}; {} candidates are left: more of that would decide between them\n",
                        race_end_name(search.race.end), search.race.finalists.size());
  if (search.posterior)
    text += fmt::format(
        "  so it is in {:.1f}% of the fit's draws one by one, were its law free of error; their own best is {:.2g} "
        "nats better on average\n",
        100 * search.posterior->p_posterior, search.posterior->lost);
  return text + findings_text(certificate);
}

std::string effort_text(const SweepResult& result) {
  std::string text = performance_text(result.performance, result.step_error.block, result.total_seconds);
  for (const std::string& line : {levers_text(result.levers, result.counts.median_reduction),
                                  result.precision ? precision_text(*result.precision) : "",
                                  unknown_quantiles_text(result.ranked.front().statistics)})
    if (!line.empty()) text += "\n" + line;
  return text;
}

std::vector<std::string> sweep_warnings(const SweepResult& result) {
  const SweepCounts& counts = result.counts;
  std::vector<std::string> warnings;
  if (counts.extrapolating > 0)
    warnings.push_back(
        fmt::format("{} of {} candidates lie outside what the fit has seen; the first of them, rank {}: "
                    "{}",
                    counts.extrapolating, counts.candidates, counts.first_extrapolating,
                    fmt::join(counts.first_extrapolations, "; ")));
  for (const std::string& warning :
       lost_paths_warnings(counts.candidates - counts.ok, counts.candidates, result.ranked.front()))
    warnings.push_back(warning);
  if (result.precision)
    for (const std::string& warning : precision_warnings(*result.precision, counts.candidates))
      warnings.push_back(warning);
  for (const std::string& warning : step_warnings(result.step_error)) warnings.push_back(warning);
  return warnings;
}

}  // namespace losscast
