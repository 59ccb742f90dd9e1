// The spikes of logged runs, and how often they come.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/flags.hpp"
#include "losscast/fit/curve.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/hazard/jumps_of_runs.hpp"

namespace losscast {

// What a manifest's runs say: of losses, or of the norms in a column of their files.
struct RunFindings {
  std::vector<std::string> names;
  std::vector<WatchedRun> runs;
  SeriesKind series = SeriesKind::loss;
};

// Of MANIFEST, by --norms of that column. Throws InputError for runs in which no spike could be told.
RunFindings read_findings(const Flags& flags);

bool has_no_spike(const RunFindings& found);

// Throws InputError naming the manifest if no rate follows.
SpikeRate rate_of(const RunFindings& found, const std::string& manifest);

// A table of the runs, and the rate in a line.
std::string findings_text(const RunFindings& found, const SpikeRate& rate);

// The runs with their spikes, and the rate.
nlohmann::ordered_json findings_json(const RunFindings& found, const SpikeRate& rate);

// The jumps that follow from the spikes in the curves that a fit is of, as far as their models are of the fit's own
// size. A spike counts if the fit, too, has found that its rows are none of the curve. Nothing if there is none.
std::optional<Spikes> jumps_of_curves(std::span<const Curve> curves, const Fit& fit);

}  // namespace losscast
