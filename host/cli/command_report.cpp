// `losscast report`: a sweep's results as a page to read.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "cli/shared_flags.hpp"
#include "io/provenance_json.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/io/read_sweep_results.hpp"
#include "losscast/report/sweep_report.hpp"

namespace losscast {
namespace {

namespace fs = std::filesystem;

void run(const Flags& flags) {
  const fs::path folder = flags.text("DIR");
  const SweepResults results = read_sweep_results(folder);
  const fs::path out = flags.has("out") ? fs::path(flags.text("out")) : folder / "report.html";
  require_writable_file(out);
  write_atomically(out, sweep_report(results));
  if (!flags.has("json")) return report_progress(fmt::format("written to {}", out.string()));
  std::vector<fs::path> inputs = {folder / "results.json", folder / "results.csv"};
  if (results.bands) inputs.push_back(folder / "bands.npy");
  print_json({{"out", out.string()},
              {"candidates", results.candidates},
              {"kept", results.rows.size()},
              {"provenance", provenance_json(make_provenance(flags.command_line(), inputs, ""))}});
}

}  // namespace

Command report_command() {
  return {
      "report",
      "makes a page of a sweep's results, to be read in a browser or printed",
      {{"DIR", "a folder with results, as `sweep` and `merge` write them"}},
      joined({{{"out", "FILE", "where the page goes, one file of HTML (default: report.html in DIR)"}}, json_flag()}),
      {"losscast report results", "losscast report race --out choice.html"},
      run};
}

}  // namespace losscast
