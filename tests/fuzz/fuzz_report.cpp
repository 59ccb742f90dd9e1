// The results of a sweep, and the page about them. Input: results.json, results.csv and bands.npy, one after another.
#include <fmt/format.h>

#include <filesystem>

#include "losscast/format/text_file.hpp"
#include "losscast/io/read_sweep_results.hpp"
#include "losscast/io/results_file.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/report/sweep_report.hpp"
#include "losscast/schedule/families.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/report/well_formed.hpp"

using namespace losscast;

namespace {

const char* const kSweep =
    "format = 1\nfit = \"fit.json\"\n[search]\nmethod = \"sobol\"\n[[family]]\nname = \"wsd\"\n"
    "shape = [\"linear\", \"sqrt\"]\npeak_lr = { log = [1e-4, 1e-3] }\ntotal_steps = 100\n";

RankedCandidate candidate(const char* shape, double peak_lr, double mean) {
  const Arguments arguments{
      {{"family", "wsd"}, {"shape", shape}, {"peak_lr", peak_lr}, {"decay_fraction", 0.25}, {"total_steps", 100.0}}};
  RankedCandidate one{.candidate = {0, arguments, make_recipe(arguments)},
                      .statistics = {},
                      .difference = {},
                      .paths = 64,
                      .extrapolations = {"peak_lr"}};
  one.statistics.mean = one.statistics.q95 = mean;
  return one;
}

// What a sweep of three candidates writes.
std::vector<std::string> seeds() {
  const fuzz::Folder folder;
  const std::filesystem::path written = folder.write("sweep.toml", kSweep).parent_path();
  SweepResult result;
  result.ranked = {candidate("sqrt", 3e-4, 2.5), candidate("linear", 2e-4, 2.75), candidate("sqrt", 1e-3, 3)};
  result.known.delta = 1e-3;
  result.known.next_run = result.ranked[1].candidate.arguments;
  result.bands = SweepBands{.ranks = {1}, .finalists = 1, .fractions = {0.5, 1}, .steps = {50, 100}, .statistics = {}};
  result.bands->statistics.assign(2, result.ranked[0].statistics);
  result.performance.backend = result.performance.device = "cpu";
  Fit fit;
  fit.model = "power";
  write_results(written, parse_resolved_sweep(std::string(kSweep) + "decay_fraction = 0.25\n", "seed"), fit, result,
                {});
  std::string seed;
  for (const char* file : {"results.json", "results.csv", "bands.npy"})
    seed += (seed.empty() ? "" : "\n%%\n") + read_text_file(written / file);
  return {seed};
}

[[maybe_unused]] const bool kAdded = fuzz::add_made_seeds(seeds);

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  std::vector<std::string> parts = fuzz::parts_of(fuzz::text_of(data, size));
  parts.resize(3);
  return fuzz::try_reader([&] {
    folder.write("results.csv", parts[1]);
    folder.write("bands.npy", parts[2]);
    const auto file = folder.write("results.json", parts[0]);
    const std::string page = sweep_report(read_sweep_results(file.parent_path()));
    const std::string wrong = test::xml_fault(page);
    fuzz::require(wrong.empty(), "the page is no XML at: " + wrong);
  });
}
