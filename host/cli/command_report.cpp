// `losscast report`: a sweep's results as a page to read.
#include <fmt/format.h>

#include <filesystem>

#include "cli/command.hpp"
#include "cli/flags.hpp"
#include "cli/output.hpp"
#include "cli/output_place.hpp"
#include "losscast/format/atomic_file.hpp"
#include "losscast/io/sweep_results.hpp"
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
  report_progress(fmt::format("written to {}", out.string()));
}

}  // namespace

Command report_command() {
  return {"report",
          "makes a page of a sweep's results, to be read in a browser or printed",
          {{"DIR", "a folder with results, as `sweep` and `merge` write them"}},
          {{"out", "FILE", "where the page goes, one file of HTML (default: report.html in DIR)"}},
          {"losscast report results", "losscast report race --out choice.html"},
          run};
}

}  // namespace losscast
