// `losscast sweep`: many schedules, ranked.
#include "losscast/sweep/sweep.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>

#include "../io/results_bands.hpp"
#include "../io/results_json.hpp"
#include "../io/toml_text.hpp"
#include "fit_input.hpp"
#include "forecast_text.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/io/schedule_text.hpp"
#include "losscast/io/sweep_file.hpp"
#include "output.hpp"
#include "output_place.hpp"
#include "shared_flags.hpp"
#include "stopwatch.hpp"
#include "text_table.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

constexpr std::size_t kShown = 10;  // candidates in the table and in --json; results.csv has all

std::span<const RankedCandidate> shown(const SweepResult& result) {
  return std::span(result.ranked).first(std::min(kShown, result.ranked.size()));
}

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
  return toml_value(found->second);
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

void warn_of_extrapolations(const SweepResult& result) {
  const auto is_outside = [](const RankedCandidate& one) { return !one.extrapolations.empty(); };
  const auto first = std::find_if(result.ranked.begin(), result.ranked.end(), is_outside);
  if (first == result.ranked.end()) return;
  report_warning(fmt::format("{} of {} candidates lie outside what the fit has seen; the first of them, rank {}: {}",
                             std::count_if(first, result.ranked.end(), is_outside), result.ranked.size(),
                             first - result.ranked.begin() + 1, fmt::join(first->extrapolations, "; ")));
}

void warn_of_lost_candidates(const SweepResult& result) {
  const auto lost = std::count_if(result.ranked.begin(), result.ranked.end(),
                                  [](const RankedCandidate& one) { return one.statistics.status != Status::ok; });
  if (lost > 0)
    report_warning(fmt::format("{} of {} candidates lost paths; they are ranked last, column `status` marks them", lost,
                               result.ranked.size()));
}

double median_reduction(const SweepResult& result) {
  std::vector<double> all;
  for (const RankedCandidate& one : result.ranked) all.push_back(one.statistics.reduction);
  const auto middle = all.begin() + static_cast<std::ptrdiff_t>(all.size() / 2);
  std::nth_element(all.begin(), middle, all.end());
  return *middle;
}

Json sweep_json(const SweepConfig& config, const Fit& fit, const SweepResult& result, const Provenance& provenance,
                const fs::path& out) {
  Json object = results_json(config, fit, result, provenance);
  Json first = Json::array();
  for (const RankedCandidate& one : shown(result)) first.push_back(candidate_json(one, first.size() + 1));
  object["first"] = first;
  object["out"] = out.string();
  return object;
}

std::vector<std::string> files_of(const SweepResult& result, const fs::path& out) {
  std::vector<std::string> files = {(out / "results.csv").string(), (out / "results.json").string()};
  if (result.bands) files.push_back((out / kBandsFile).string());
  return files;
}

SweepOptions read_options(const Flags& flags) {
  return {.backend = read_backend(flags),
          .math = read_math(flags),
          .threads = read_threads(flags),
          .scheme = read_scheme(flags),
          .block = read_block(flags),
          .levers = read_levers(flags),
          .goal = read_goal(flags),
          .before_run = [](const EnsembleWork& work) { report_progress(work_text(work)); },
          .before_bands =
              [](std::size_t candidates) {
                report_progress(fmt::format("simulating {} of them once more, for bands over time", candidates));
              }};
}

void run(const Flags& flags) {
  const Stopwatch watch;
  const fs::path file = flags.text("SWEEP");
  const fs::path out = flags.has("out") ? fs::path(flags.text("out")) : fs::path(file.stem().string() + "_results");
  const SweepOptions options = read_options(flags);
  const SweepConfig config = read_sweep(file, flags.all("set"));
  const Fit fit = read_usable_fit(config.fit);

  std::vector<Candidate> candidates = make_candidates(config.space, config.seed, options.threads);
  const OutputFolder folder(out);
  report_progress(fmt::format("sweeping {} candidates with {}{} paths each", candidates.size(),
                              options.goal.any() ? "up to " : "", config.paths));
  SweepResult result = run_sweep(config, std::move(candidates), fit, options);
  result.total_seconds = watch.seconds();  // reading the inputs included
  const std::vector<fs::path> inputs = {file, config.fit};
  const Provenance provenance = make_provenance(flags.command_line(), inputs, result.performance.device);
  write_results(out, config, fit, result, provenance);

  warn_of_extrapolations(result);
  warn_of_lost_candidates(result);
  if (result.precision)
    for (const std::string& warning : precision_warnings(*result.precision, result.ranked.size()))
      report_warning(warning);
  for (const std::string& warning : step_warnings(result.step_error)) report_warning(warning);
  for (const std::string& warning : math_warnings(options.math, result.performance)) report_warning(warning);
  if (flags.has("json")) return print_json(sweep_json(config, fit, result, provenance, out));
  std::string effort = performance_text(result.performance, result.step_error.block, result.total_seconds);
  for (const std::string& line : {levers_text(result.levers, median_reduction(result)),
                                  result.precision ? precision_text(*result.precision) : ""})
    if (!line.empty()) effort += "\n" + line;
  print(fmt::format("{}\nbest of {}: {}\n{}\nWritten to {}\n", ranking_text(config, result), result.ranked.size(),
                    schedule_text(result.ranked.front().candidate.arguments), effort,
                    fmt::join(files_of(result, out), ", ")));
}

}  // namespace

Command sweep_command() {
  return {
      "sweep",
      "simulates every candidate schedule of a sweep file and ranks them",
      {{"SWEEP", "the TOML file that says which schedules to try"}},
      joined({{{"set", "KEY=VALUE",
                "overrides the sweep file, such as paths=256 or family.wsd.peak_lr=3e-4; may be "
                "given several times"},
               {"out", "DIR",
                "where results.csv, results.json and bands.npy go (default: STEM_results in the current "
                "folder, STEM being the sweep file's name without .toml)"}},
              precision_flags(),
              scheme_flags(),
              backend_flags(),
              threads_flag(),
              json_flag()}),
      {"losscast sweep sweep.toml", "losscast sweep sweep.toml --set paths=256 --set search.candidates=100 --out quick",
       "losscast sweep sweep.toml --target-se 1e-4 --max-seconds 60"},
      run};
}

}  // namespace losscast
