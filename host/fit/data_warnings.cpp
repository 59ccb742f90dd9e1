#include "fit/data_warnings.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

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
  return fmt::format("curve {}: {} row{} of its log ({:.2g}%) {} not used, as {} from the rest: {}{}", curve.curve,
                     rows, rows == 1 ? "" : "s", 100 * share, rows == 1 ? "is" : "are",
                     rows == 1 ? "it stands apart" : "they stand apart", listing(texts),
                     share > kMostJunk ? "; so many that forecasts may move by more than 2e-3 nats: mend the log" : "");
}

std::string shape_text(const CurveDiagnostics& curve) {
  return fmt::format(
      "curve {}: the law does not follow it: its residuals have an rms of {:.2g} nats, {:.0f} times the noise of "
      "single rows ({:.2g}), and hang together (lag-1 autocorrelation {:.2f}); the log may be smoothed, as a panel "
      "shows it, or hold means over many steps (the manifest's keys smoothing and point say so), the optimiser, batch "
      "or "
      "data may have changed on the way, or the loss may have jumped",
      curve.curve, curve.rms_residual, curve.rms_residual / curve.fast_noise, curve.fast_noise,
      curve.lag1_autocorrelation);
}

}  // namespace

std::vector<std::string> data_warnings(const Fit& fit) {
  std::vector<std::string> warnings;
  for (const CopiedCurve& one : fit.copies)
    warnings.push_back(
        fmt::format("curve {} is a copy of {}, point by point: it is counted once", one.curve, one.copy_of));
  for (const CurveDiagnostics& one : fit.diagnostics)
    if (disowned_share(fit, one) > 0) warnings.push_back(disowned_text(fit, one));
  for (const CurveDiagnostics& one : fit.diagnostics)
    if (is_not_followed(one)) warnings.push_back(shape_text(one));
  return warnings;
}

}  // namespace losscast
