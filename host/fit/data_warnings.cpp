#include "fit/data_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>

#include "losscast/fit/doubts.hpp"
#include "losscast/text/listing.hpp"

namespace losscast {
namespace {

std::string steps_text(const DisownedRows& rows) {
  return rows.first_step == rows.last_step ? fmt::format("step {}", rows.first_step)
                                           : fmt::format("steps {} to {}", rows.first_step, rows.last_step);
}

std::string rows_text(const DisownedRows& rows) {
  const std::string where = steps_text(rows);
  const std::string off = fmt::format("{:.2g} nats {}", std::abs(rows.distance), rows.distance > 0 ? "above" : "below");
  switch (rows.kind) {
    case DisownedKind::stuck:
      return fmt::format("the same loss again at {}", where);
    case DisownedKind::spike:
      return fmt::format("a spike at {}, up to {} the curve", where, off);
    case DisownedKind::tail:
      return fmt::format("a tail that leaves the curve at {}, up to {}", where, off);
    case DisownedKind::schedule:
      return fmt::format("{}, where its schedule changes, up to {} the law", where, off);
    case DisownedKind::junk:
      break;
  }
  return fmt::format("{}, {} the neighbours", where, off);
}

// The largest first, so that what is left out of a listing is small.
std::string disowned_text(const Fit& fit, const CurveDiagnostics& curve) {
  std::vector<DisownedRows> of_curve;
  int rows = 0;
  for (const DisownedRows& one : fit.disowned) {
    if (one.curve != curve.curve) continue;
    of_curve.push_back(one);
    rows += one.rows;
  }
  std::stable_sort(of_curve.begin(), of_curve.end(),
                   [](const DisownedRows& a, const DisownedRows& b) { return a.rows > b.rows; });
  std::vector<std::string> texts;
  for (const DisownedRows& one : of_curve) texts.push_back(rows_text(one));
  const double share = disowned_share(fit, curve);
  const bool falls_elsewhere = std::any_of(of_curve.begin(), of_curve.end(),
                                           [](const DisownedRows& one) { return one.kind == DisownedKind::schedule; });
  return fmt::format("curve {}: {} row{} of its log ({:.2g}%) {} not used, as {} from the rest: {}{}", curve.curve,
                     rows, rows == 1 ? "" : "s", 100 * share, rows == 1 ? "is" : "are",
                     rows == 1 ? "it stands apart" : "they stand apart", listing(texts),
                     falls_elsewhere ? "; its loss falls at another step than its schedule says: check decay_start, "
                                       "or what else says there when the LR falls, and whether steps count updates"
                     : share > kMostJunk ? "; so many that forecasts may move by more than 2e-3 nats: mend the log"
                                         : "");
}

std::string shape_text(const CurveDiagnostics& curve) {
  return fmt::format(
      "curve {}: the law does not follow it: its residuals have an rms of {:.2g} nats, {:.0f} times the noise of "
      "single rows ({:.2g}), and hang together (lag-1 autocorrelation {:.2f})",
      curve.curve, curve.rms_residual, curve.rms_residual / curve.fast_noise, curve.fast_noise,
      curve.lag1_autocorrelation);
}

// One warning of all curves that the law does not follow, as they have the same possible causes.
std::string shapes_text(const std::vector<CurveDiagnostics>& curves, std::string_view causes) {
  if (curves.size() == 1) return shape_text(curves.front()).append(causes);
  std::vector<std::string> texts;
  for (const CurveDiagnostics& one : curves)
    texts.push_back(fmt::format("{:.2g} nats in {} ({:.0f} times the noise of single rows)", one.rms_residual,
                                one.curve, one.rms_residual / one.fast_noise));
  return fmt::format("{} curves: the law does not follow them: their residuals hang together, and have an rms of {}{}",
                     curves.size(), listing(texts), causes);
}

constexpr std::string_view kCausesOfMisfit =
    "; the schedule may be another (peak_lr, decay_start, total_steps), the losses may be in another unit than those "
    "of other curves (loss_unit) or of another kind (of training and validation), the log may be smoothed, as a panel "
    "shows it, or hold means over many steps (the manifest's keys smoothing and point say so), the optimiser, batch "
    "or data may have changed on the way, or the loss may have jumped";

std::string unit_text(const UnitSlip& slip) {
  const bool bits = slip.unit == UnitSlip::Unit::bits;
  return fmt::format(
      "curve {}: its losses are {:.3g} times those of {}, and come to them if {}: they may be {}, not nats; then say "
      "so in the curve's table of the manifest: loss_unit = \"{}\"",
      slip.curve, slip.ratio, listing(slip.others), bits ? "they are multiplied by ln 2" : "their logarithm is taken",
      bits ? "bits" : "perplexities", bits ? "bits" : "perplexity");
}

std::string twins_text(const TwinCurves& twins) {
  return fmt::format(
      "curves {} and {} are of one recipe, and the first lies {:.2g} nats above the second all along: they may be the "
      "training and the validation loss of one run, which one law does not hold; fit one kind at a time, with --train "
      "and the names of its curves",
      twins.higher, twins.lower, twins.offset);
}

std::string averages_text(const AveragedLogs& averages) {
  const std::string better =
      fmt::format("the law would meet {} better by far (rms {:.2g} nats instead of {:.2g})",
                  averages.curves.size() == 1 ? "it" : "them", averages.rms_averaged, averages.rms);
  const std::string curves =
      fmt::format("curve{} {}", averages.curves.size() == 1 ? "" : "s", listing(averages.curves));
  if (averages.mean_over > 0)
    return fmt::format(
        "{}: what the schedule does comes late in the log: {} if losses were means over about {} updates; if they are "
        "means since the row before, say so in the manifest: point = {{ mean_over = N }}",
        curves, better, averages.mean_over);
  if (averages.said_ema > 0)
    return fmt::format(
        "{}: {} if the weight of the smoothing were about {:.2g} instead of {:.2g}: check it, or export unsmoothed "
        "losses",
        curves, better, averages.ema, averages.said_ema);
  return fmt::format(
      "{}: what the schedule does comes late in the log: {} if losses were smoothed with a weight of about {:.2g}; "
      "export unsmoothed losses, or say so in the manifest: smoothing = {{ ema = ... }}",
      curves, better, averages.ema);
}

std::string not_smoothed_text(const NotSmoothed& one) {
  return fmt::format(
      "curve {}: after smoothing of weight {:.2g} was undone, what is noise changes sign from row to row (correlation "
      "{:.2f}), as where a log was not smoothed, or less: check the key smoothing",
      one.curve, one.said, one.correlation);
}

// Whether something else is suspected that may be why the law does not follow the curve.
bool is_suspected(const LogSuspicions& suspicions, const std::string& curve) {
  for (const UnitSlip& one : suspicions.units)
    if (one.curve == curve || std::find(one.others.begin(), one.others.end(), curve) != one.others.end()) return true;
  for (const TwinCurves& one : suspicions.twins)
    if (one.higher == curve || one.lower == curve) return true;
  return suspicions.averages && std::find(suspicions.averages->curves.begin(), suspicions.averages->curves.end(),
                                          curve) != suspicions.averages->curves.end();
}

}  // namespace

std::vector<std::string> data_warnings(const Fit& fit, const LogSuspicions& suspicions) {
  std::vector<std::string> warnings;
  for (const CopiedCurve& one : fit.copies)
    warnings.push_back(
        fmt::format("curve {} is a copy of {}, point by point: it is counted once", one.curve, one.copy_of));
  for (const CurveDiagnostics& one : fit.diagnostics)
    if (disowned_share(fit, one) > 0) warnings.push_back(disowned_text(fit, one));
  for (const UnitSlip& one : suspicions.units) warnings.push_back(unit_text(one));
  for (const TwinCurves& one : suspicions.twins) warnings.push_back(twins_text(one));
  if (suspicions.averages) warnings.push_back(averages_text(*suspicions.averages));
  for (const NotSmoothed& one : suspicions.not_smoothed) warnings.push_back(not_smoothed_text(one));
  std::vector<CurveDiagnostics> of_known_cause, others;
  for (const CurveDiagnostics& one : fit.diagnostics)
    if (is_not_followed(one)) (is_suspected(suspicions, one.curve) ? of_known_cause : others).push_back(one);
  if (!of_known_cause.empty()) warnings.push_back(shapes_text(of_known_cause, ""));
  if (!others.empty()) warnings.push_back(shapes_text(others, kCausesOfMisfit));
  return warnings;
}

}  // namespace losscast
