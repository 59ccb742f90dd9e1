#include "losscast/io/read_sweep_results.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <system_error>

#include "format/json_document.hpp"
#include "format/npy_file.hpp"
#include "io/certificate_document.hpp"
#include "io/file_kind.hpp"
#include "io/fit_document.hpp"
#include "io/results_bands.hpp"
#include "io/results_columns.hpp"
#include "io/results_rows.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {

namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kFormat = 1;

void require_results(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::exists(folder, ignored))
    throw InputError("there is no such folder", "one with the results of a sweep is wanted", "check the path")
        .at(folder.string());
  if (!fs::is_directory(folder, ignored))
    throw InputError("this is no folder", "one with the results of a sweep is wanted",
                     "name the one that results.json is in")
        .at(folder.string());
  if (!fs::exists(folder / "results.json", ignored))
    throw InputError("this folder holds no results", "there is no results.json in it",
                     "name one that `losscast sweep` or `merge` has written, or of a budget that of one size")
        .at(folder.string());
}

std::vector<std::string> texts(const DocumentNode& node) {
  std::vector<std::string> texts;
  for (const DocumentNode& one : node.list()) texts.push_back(one.text());
  return texts;
}

std::size_t count(const DocumentNode& node) {
  if (node.whole_number() < 0) node.fail("it is negative", "it counts", "make the results again");
  return static_cast<std::size_t>(node.whole_number());
}

FitOnFile read_fit(const DocumentNode& node) {
  FitOnFile fit;
  fit.file = node.at("file").text();
  fit.model = node.at("model").text();
  if (const DocumentNode& params = node.at("params"); !params.is_null()) fit.params = params.number();
  fit.seen = read_ranges(node.at("seen"));
  fit.warnings = texts(node.at("warnings"));
  fit.doubts = texts(node.at("doubts"));
  return fit;
}

KnownRanking read_known(const DocumentNode& node) {
  KnownRanking known = {.delta = node.at("delta").number(),
                        .draws = node.at("draws").whole_number(),
                        .undecided = node.at("undecided").whole_number(),
                        .others = node.at("others").whole_number(),
                        .undecided_others = node.at("undecided_others").whole_number(),
                        .next_run = {},
                        .next_run_gain = node.at("next_run_gain").number()};
  if (!(known.delta > 0))
    node.at("delta").fail("it is not positive", "it is a difference of losses that matters", "make the results again");
  if (const DocumentNode& run = node.at("next_run"); !run.is_null())
    run.check([&] { known.next_run = parse_schedule_text(run.text(), run.path); });
  return known;
}

Performance read_performance(const DocumentNode& node) {
  Performance performance;
  performance.path_steps = node.at("path_steps").whole_number();
  performance.block_steps = node.at("block_steps").whole_number();
  performance.engine_seconds = node.at("engine_seconds").number();
  performance.backend = node.at("backend").text();
  performance.device = node.at("device").text();
  performance.math = node.at("math").text() == "fast" ? MathMode::fast : MathMode::reproducible;
  return performance;
}

Provenance read_provenance(const DocumentNode& node) {
  return {.command_line = node.at("command_line").any_text(),
          .inputs = texts(node.at("inputs")),
          .version = node.at("version").any_text(),
          .revision = node.at("revision").any_text(),
          .build = node.at("build").any_text(),
          .device = node.at("device").any_text(),
          .date = node.at("date").any_text(),
          .plan = node.find("plan") ? node.at("plan").text() : ""};
}

// The statistics that stand along the last axis of bands.npy, after the step.
void require_statistics(const DocumentNode& node) {
  std::vector<std::string> wanted = {"step"};
  for (const StatisticColumn& column : kStatisticColumns) wanted.emplace_back(column.name);
  if (texts(node) != wanted)
    node.fail("the statistics are others", "those of results.csv are wanted", "make the results again");
}

SweepBands read_bands(const DocumentNode& node, const fs::path& folder) {
  SweepBands bands;
  for (const DocumentNode& rank : node.at("candidates").list()) bands.ranks.push_back(count(rank));
  bands.finalists = count(node.at("finalists"));
  for (const DocumentNode& fraction : node.at("fractions").list()) bands.fractions.push_back(fraction.number());
  require_statistics(node.at("statistics"));
  const fs::path file = folder / kBandsFile;
  const NpyArray array = read_npy_file(file);
  constexpr std::size_t kNumbers = 1 + std::size(kStatisticColumns);
  if (array.shape != std::vector<std::size_t>{bands.ranks.size(), bands.fractions.size(), kNumbers})
    throw InputError("the array has another shape than results.json says",
                     fmt::format("{} candidates, {} times and {} statistics are wanted", bands.ranks.size(),
                                 bands.fractions.size(), kNumbers),
                     "give the files of one sweep")
        .at(file.string());
  for (std::size_t at = 0; at < array.numbers.size(); at += kNumbers) {
    if (!is_exact_integer(array.numbers[at]))
      throw InputError(fmt::format("the step {} is no whole number", array.numbers[at]), "steps count updates",
                       "make the results again")
          .at(file.string());
    bands.steps.push_back(static_cast<Step>(array.numbers[at]));
    Statistics& now = bands.statistics.emplace_back();
    for (std::size_t i = 0; i < std::size(kStatisticColumns); ++i)
      now.*kStatisticColumns[i].member = array.numbers[at + 1 + i];
  }
  return bands;
}

// The number of steps that the best schedule has, and with it all that are ranked beside it.
Step horizon_of(const DocumentNode& schedule) {
  std::optional<Step> horizon;
  schedule.check([&] { horizon = parse_recipe(schedule.text(), schedule.path).total_steps(); });
  return *horizon;
}

bool is_same(double one, double other) { return one == other || (std::isnan(one) && std::isnan(other)); }

// The three files are of one sweep: they agree in the losses that two of them have.
void require_one_sweep(const DocumentNode& best, const SweepResults& results, const fs::path& folder) {
  const auto fail = [&](const char* file, std::size_t rank) {
    throw InputError(fmt::format("rank {} has another loss here than in results.csv", rank),
                     "the files are of different sweeps", "give the files of one sweep")
        .at((folder / file).string());
  };
  const double mean = results.rows.front().statistics.mean;
  if (best.at("mean").is_null() ? std::isfinite(mean) : best.at("mean").number() != mean) fail("results.json", 1);
  if (!results.bands) return;
  const std::size_t times = results.bands->fractions.size();
  for (const ResultsRow& row : results.rows) {
    const auto found = std::ranges::find(results.bands->ranks, row.rank);
    if (found == results.bands->ranks.end() || times == 0) continue;
    const std::size_t last = static_cast<std::size_t>(found - results.bands->ranks.begin() + 1) * times - 1;
    if (!is_same(results.bands->statistics[last].mean, row.statistics.mean)) fail(kBandsFile, row.rank);
  }
}

}  // namespace

SweepResults read_sweep_results(const fs::path& folder) {
  require_results(folder);
  const fs::path file = folder / "results.json";
  const DocumentNode root = read_json_file(file);
  require_kind(root, FileKind::results);
  require_format(root, kFormat);
  SweepResults results;
  results.best_schedule = root.at("best").at("schedule").text();
  const DocumentNode& counts = root.at("counts");
  results.candidates = count(counts.at("candidates"));
  results.lost = count(counts.at("diverged")) + count(counts.at("non_finite"));
  results.config = parse_resolved_sweep(root.at("config").text(), file.string() + ": config");
  results.fit = read_fit(root.at("fit"));
  results.known = read_known(root.at("known"));
  if (const DocumentNode& certificate = root.at("certificate"); !certificate.is_null())
    results.certificate = read_certificate(certificate);
  if (const DocumentNode& bands = root.at("bands"); !bands.is_null()) results.bands = read_bands(bands, folder);
  results.block = root.at("block").whole_number();
  results.performance = read_performance(root.at("performance"));
  results.total_seconds = root.at("performance").at("total_seconds").number();
  results.provenance = read_provenance(root.at("provenance"));

  const auto& space = results.config.space;
  RowsToRead wanted = {.families = space.families,
                       .horizon = {},
                       .candidates = results.candidates,
                       .has_divergence = results.config.divergence_cost > 0};
  if (!space.horizons.empty()) wanted.horizon = horizon_of(root.at("best").at("schedule"));
  results.rows = read_results_rows(folder / "results.csv", wanted);
  if (results.rows.empty()) counts.fail("there is no candidate", "a report is of one at least", "sweep again");
  require_one_sweep(root.at("best"), results, folder);
  return results;
}

}  // namespace losscast
