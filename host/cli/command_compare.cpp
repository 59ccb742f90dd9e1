// `losscast compare`: what sweeps found, beside each other.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "cli/cost_on_screen.hpp"
#include "cli/finite_result.hpp"
#include "cli/fit_input.hpp"
#include "cli/lost_paths.hpp"
#include "cli/output.hpp"
#include "cli/shared_flags.hpp"
#include "cli/spikes_input.hpp"
#include "cli/sweep_messages.hpp"
#include "cli/text_table.hpp"
#include "cli/trust_text.hpp"
#include "io/provenance_json.hpp"
#include "io/results_json.hpp"
#include "losscast/base/error.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/io/best_schedule.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "losscast/sweep/compare.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;

struct Compared {
  std::vector<std::string> folders;
  std::vector<Arguments> schedules;
  fs::path fit;
};

// A folder beside itself says nothing, and its rows could not be told apart.
void require_different(const std::vector<std::string>& folders) {
  std::error_code ignored;  // what is not there is said by its reader
  for (std::size_t i = 0; i < folders.size(); ++i)
    for (std::size_t j = 0; j < i; ++j)
      if (fs::equivalent(folders[i], folders[j], ignored))
        throw InputError(fmt::format("{} and {} are the same folder", folders[j], folders[i]),
                         "there is nothing to compare", "name another one");
}

// The best of each folder, and the fit of all: the one that is given, or that of the first.
Compared read_folders(const Flags& flags) {
  Compared out;
  out.folders = {flags.text("DIR"), flags.text("DIR2")};
  for (const std::string& more : flags.all("with")) out.folders.push_back(more);
  require_different(out.folders);
  for (const std::string& folder : out.folders) {
    BestSchedule best = read_best_schedule(folder);
    if (out.fit.empty()) out.fit = best.fit;
    if (!flags.has("fit") && best.fit != out.fit)
      throw InputError(fmt::format("{} rests on the fit {}, {} on {}", out.folders.front(), out.fit.string(), folder,
                                   best.fit.string()),
                       "they forecast by different laws", "say by which to compare with --fit");
    out.schedules.push_back(std::move(best.arguments));
  }
  if (flags.has("fit")) out.fit = flags.text("fit");
  return out;
}

std::string table_text(const Compared& compared, const Comparison& found, double confidence) {
  TextTable table;
  std::vector<std::string> header = {"", "family", "loss", "minus best"};
  for (std::string& name : known_header(found.known)) header.push_back(std::move(name));
  table.add_row(header);
  std::vector<RankedCandidate> simulated;
  for (const ComparedSchedule& row : found.schedules) {
    const auto& family = std::get<std::string>(compared.schedules[row.number].values.at("family"));
    std::vector<std::string> cells = {compared.folders[row.number], family,
                                      number_cell(row.simulated.statistics.mean, "{:.5f}"),
                                      number_cell(row.simulated.difference.mean, "{:.5f}")};
    for (std::string& cell : known_cells(row.simulated.known)) cells.push_back(std::move(cell));
    cells.push_back(candidate_notes(row.simulated));
    table.add_row(cells);
    simulated.push_back(row.simulated);
  }
  return known_text(found.known, simulated.size(), simulated.front()) + "\n" + table.text() +
         simulation_error_text(simulated, confidence);
}

Json compared_json(const Compared& compared, const std::vector<ComparedSchedule>& rows) {
  Json list = Json::array();
  for (const ComparedSchedule& row : rows) {
    Json one = {{"folder", compared.folders[row.number]}, {"schedule", schedule_text(compared.schedules[row.number])}};
    one.update(candidate_json(row.simulated, list.size() + 1, 0));
    one["draws"] = {{"low", row.draws_low}, {"high", row.draws_high}, {"share_better", row.share_better}};
    list.push_back(one);
  }
  return list;
}

const RankedCandidate& best_of(const Comparison& found) { return found.schedules.front().simulated; }

std::vector<std::string> warnings(const Comparison& found) {
  const auto has_lost = [](const ComparedSchedule& one) { return one.simulated.statistics.status != Status::ok; };
  const auto lost = static_cast<std::size_t>(std::ranges::count_if(found.schedules, has_lost));
  return lost_paths_warnings(lost, found.schedules.size(), best_of(found));
}

std::vector<std::string> doubts_of(const Comparison& found) { return lost_paths_doubts(best_of(found)); }

Json comparison_json(const Compared& compared, const Comparison& found, const Fit& fit, const Spikes& spikes,
                     const Flags& flags) {
  Json object = trust_json(fit, doubts_of(found));
  const std::vector<fs::path> inputs = {compared.fit};
  object.update({{"compared", compared_json(compared, found.schedules)},
                 {"known", known_json(found.known)},
                 {"confidence", SweepConfig().confidence},
                 {"hazard_of_fit", hazard_json(fit, spikes)},
                 {"warnings", warnings(found)},
                 {"provenance", provenance_json(make_provenance(flags.command_line(), inputs, ""))}});
  return object;
}

void run(const Flags& flags) {
  const Compared compared = read_folders(flags);
  const Fit fit = read_usable_fit(compared.fit, flags);
  SweepConfig config;
  config.paths = static_cast<int>(read_paths(flags));
  config.seed = read_seed(flags);
  config.spikes = read_spikes_of(flags, fit);
  if (flags.has("delta")) config.delta = flags.positive_number("delta");
  SweepOptions options;
  options.execution = read_execution(flags);
  CostOnScreen screen;
  options.observer = &screen;
  report_progress(fmt::format("simulating {} schedules with {} paths each", compared.schedules.size(), config.paths));
  const Comparison found = compare_schedules(compared.schedules, config, fit, options);
  require_numbers(found.schedules.front().simulated.statistics, "the loss of every schedule");
  const std::vector<std::string> reasons = both(doubts(fit), doubts_of(found));
  for (const std::string& warning : warnings(found)) report_warning(warning);
  if (flags.has("json"))
    print_json(comparison_json(compared, found, fit, config.spikes, flags));
  else
    print(doubts_headline(reasons) + table_text(compared, found, config.confidence) + standing_text(fit) +
          hazard_text(fit, config.spikes));
  require_reliable(flags, both(reasons, far_extrapolations(fit, best_of(found).candidate.recipe, fit.weight_decay)));
}

}  // namespace

Command compare_command() {
  return {"compare",
          "compares what sweeps found, on the same draws and random numbers",
          {{"DIR", "a folder with a sweep's results"}, {"DIR2", "another"}},
          joined({{{"with", "DIR...", "a further folder; may be given several times"},
                   {"fit", "FIT", "the fit to forecast by (default: that of the results)"},
                   {"delta", "NATS", "the smallest difference that matters (default: 1e-3)"}},
                  spikes_flag(),
                  path_flags(),
                  backend_flags(),
                  params_flag(),
                  threads_flag(),
                  strict_flag(),
                  json_flag()}),
          {"losscast compare wsd_results cosine_results", "losscast compare wsd cosine --with linear --json"},
          run};
}

}  // namespace losscast
