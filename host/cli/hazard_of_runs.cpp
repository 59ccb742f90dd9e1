#include "cli/hazard_of_runs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/reading_report.hpp"
#include "cli/text_table.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/csv_reader.hpp"
#include "losscast/io/curve_csv.hpp"
#include "losscast/io/manifest.hpp"

namespace losscast {
namespace {

using Json = nlohmann::ordered_json;

std::vector<LoggedValue> logged_losses(const Curve& curve) {
  std::vector<LoggedValue> values;
  for (const CurvePoint& point : curve.points) values.push_back({point.step, point.loss});
  return values;
}

// Only the flag says which column of a file holds norms.
void require_column(const Curve& curve, const std::string& column) {
  const std::vector<std::string> names = CsvReader(curve.file).names();
  if (std::ranges::find(names, column) == names.end())
    throw InputError(fmt::format("there is no column \"{}\"", column),
                     fmt::format("the header names: {}", fmt::join(names, ", ")),
                     "name the column of gradient norms: --norms COLUMN")
        .at(curve.file.string());
}

std::vector<LoggedValue> logged_norms(const Curve& curve, const std::string& column) {
  require_column(curve, column);
  CurveCsvOptions options;
  options.total_steps = curve.recipe.total_steps();
  options.columns.loss = column;
  options.skip_empty = true;
  options.resume = Resume::last;
  std::vector<LoggedValue> values;
  for (const CurvePoint& point : read_run_log(curve.file, options).points) values.push_back({point.step, point.loss});
  return values;
}

// Why the values are not to be looked at: what no run has would make numbers that mean nothing.
std::optional<InputError> objection(const Curve& curve, const std::vector<LoggedValue>& values) {
  constexpr double kLowestLr = 1e-12, kHighestLr = 1e4, kLargest = 1e6;
  const double lr = curve.recipe.peak_lr();
  const auto object = [&](const std::string& problem, const char* why, const char* remedy) {
    return InputError(problem, why, remedy).at("curve " + curve.name);
  };
  if (values.size() < 2) return object("it has fewer than two values", "none stands out of them", "leave it out");
  if (!(kLowestLr <= lr && lr <= kHighestLr))
    return object(fmt::format("its highest LR is {:g}", lr), "no run trains with that", "check the units of peak_lr");
  for (const LoggedValue& one : values)
    if (one.value > kLargest)
      return object(fmt::format("it has the value {:g} at step {}", one.value, one.step),
                    "a run that has diverged is no run with a spike", "leave it out, or cut it off with steps_below");
  return {};
}

// A run that counts twice would make the rate look twice as sure.
void require_new(const Curve& curve, const std::vector<LoggedValue>& values, const RunFindings& found,
                 const std::vector<std::vector<LoggedValue>>& logs) {
  const auto same = [](const LoggedValue& a, const LoggedValue& b) { return a.step == b.step && a.value == b.value; };
  for (std::size_t i = 0; i < logs.size(); ++i)
    if (std::ranges::equal(logs[i], values, same))
      throw InputError(fmt::format("it is a copy of curve {}, point by point", found.names[i]), "each run counts once",
                       "leave one of them out")
          .at("curve " + curve.name);
}

std::string steps_text(const std::vector<SeriesSpike>& spikes) {
  constexpr std::size_t kShown = 6;
  std::string text;
  for (std::size_t i = 0; i < std::min(kShown, spikes.size()); ++i)
    text += fmt::format("{}{}", i > 0 ? ", " : "", spikes[i].peak);
  return spikes.size() > kShown ? text + ", ..." : text;
}

double tallest(const std::vector<SeriesSpike>& spikes) {
  double height = 0;
  for (const SeriesSpike& spike : spikes) height = std::max(height, spike.height);
  return height;
}

std::string height_text(const WatchedRun& run, SeriesKind series) {
  if (run.spikes.empty()) return "-";
  return series == SeriesKind::loss ? fmt::format("{:.3f}", tallest(run.spikes))
                                    : fmt::format("{:.1f} times", std::exp(tallest(run.spikes)));
}

std::string runs_table(const RunFindings& found, const SpikeRate& rate) {
  TextTable table;
  table.add_row({"run", "peak LR", "spikes", "expected", "highest", "at steps"});
  for (std::size_t i = 0; i < found.runs.size(); ++i) {
    const WatchedRun& run = found.runs[i];
    table.add_row({found.names[i], fmt::format("{:g}", run.schedule.peak_lr()), fmt::format("{}", run.spikes.size()),
                   fmt::format("{:.2g}", rate.expected_spikes(rate_evidence(run).strained)),
                   height_text(run, found.series), steps_text(run.spikes)});
  }
  return table.text();
}

std::string rate_text(const SpikeRate& rate) {
  return fmt::format(
      "one spike in {:.3g} steps at the LR {:.4g} (a factor of {:.2g} either way), rising as the LR to the "
      "power {:.1f} +- {:.1f}\n",
      std::exp(-rate.log_rate()), rate.reference(), std::exp(rate.log_rate_deviation()), rate.exponent(),
      rate.exponent_deviation());
}

WatchedRun watched(const Curve& curve, std::span<const LoggedValue> values, SeriesKind series) {
  return {.schedule = curve.recipe.schedule,
          .first = values.front().step,
          .last = values.back().step,
          .spikes = without_rises(curve.recipe.schedule, find_spikes(values, series))};
}

bool is_disowned(const SeriesSpike& spike, const std::string& curve, const Fit& fit) {
  return std::ranges::any_of(fit.disowned, [&](const DisownedRows& rows) {
    return rows.curve == curve && rows.kind == DisownedKind::spike && rows.first_step <= spike.end &&
           rows.last_step >= spike.begin;
  });
}

}  // namespace

bool has_no_spike(const RunFindings& found) {
  return std::ranges::all_of(found.runs, [](const WatchedRun& run) { return run.spikes.empty(); });
}

RunFindings read_findings(const Flags& flags) {
  const Manifest manifest = read_manifest(flags.text("MANIFEST"));
  report_reading(manifest);
  RunFindings found;
  if (flags.has("norms")) found.series = SeriesKind::gradient_norm;
  std::vector<std::vector<LoggedValue>> logs;
  for (const Curve& curve : manifest.curves) {
    const auto values = flags.has("norms") ? logged_norms(curve, flags.text("norms")) : logged_losses(curve);
    if (const auto reason = objection(curve, values)) throw *reason;
    require_new(curve, values, found, logs);
    logs.push_back(values);
    found.names.push_back(curve.name);
    found.runs.push_back(watched(curve, values, found.series));
  }
  return found;
}

SpikeRate rate_of(const RunFindings& found, const std::string& manifest) {
  if (has_no_spike(found))
    throw InputError("no run has a spike", "a rise that does not fall back, as of a run that diverged, is none",
                     "a rate follows from runs that spiked: add some")
        .at(manifest);
  std::vector<RateEvidence> evidence;
  for (const WatchedRun& run : found.runs) evidence.push_back(rate_evidence(run));
  try {
    return SpikeRate(evidence);
  } catch (const InputError& error) {
    throw error.at(manifest);
  }
}

std::string findings_text(const RunFindings& found, const SpikeRate& rate) {
  return runs_table(found, rate) + rate_text(rate);
}

Json findings_json(const RunFindings& found, const SpikeRate& rate) {
  Json runs = Json::array();
  for (std::size_t i = 0; i < found.runs.size(); ++i) {
    Json spikes = Json::array();
    for (const SeriesSpike& spike : found.runs[i].spikes)
      spikes.push_back({{"begin", spike.begin}, {"peak", spike.peak}, {"end", spike.end}, {"height", spike.height}});
    runs.push_back({{"name", found.names[i]},
                    {"peak_lr", found.runs[i].schedule.peak_lr()},
                    {"expected", rate.expected_spikes(rate_evidence(found.runs[i]).strained)},
                    {"spikes", spikes}});
  }
  return {{"runs", runs},
          {"rate",
           {{"reference_lr", rate.reference()},
            {"log_rate", rate.log_rate()},
            {"log_rate_sd", rate.log_rate_deviation()},
            {"exponent", rate.exponent()},
            {"exponent_sd", rate.exponent_deviation()}}}};
}

std::optional<Spikes> jumps_of_curves(std::span<const Curve> curves, const Fit& fit) {
  RunFindings found;
  for (const Curve& curve : curves) {
    const auto values = logged_losses(curve);
    if ((fit.params && curve.params && *curve.params != *fit.params) || objection(curve, values)) continue;
    WatchedRun run = watched(curve, values, SeriesKind::loss);
    std::erase_if(run.spikes, [&](const SeriesSpike& spike) { return !is_disowned(spike, curve.name, fit); });
    found.runs.push_back(std::move(run));
  }
  if (has_no_spike(found)) return {};
  return jumps_of_runs(found.runs, rate_of(found, ""));
}

}  // namespace losscast
