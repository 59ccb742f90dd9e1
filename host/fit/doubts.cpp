#include "losscast/fit/doubts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "losscast/text/listing.hpp"

namespace losscast {
namespace {

constexpr double kLargeAmongOthers = 3, kLeastResidual = 3e-3;  // [1], [nats]

std::optional<std::string> doubt_of_bounds(const Fit& fit) {
  std::vector<std::string> names;
  for (const ParameterEstimate& one : fit.parameters)
    if (one.at_bound) names.push_back(one.name);
  if (names.empty()) return {};
  return fmt::format("{} of its parameters lie on their bounds ({})", names.size(), listing(names));
}

std::optional<std::string> doubt_of_draws(const Fit& fit) {
  std::vector<std::string> names;
  double rhat = 0;
  for (const ParameterEstimate& one : fit.parameters) {
    if (one.standard_error == 0 || one.rhat == 0) continue;
    if (one.rhat <= kMostRhat && std::min(one.bulk_ess, one.tail_ess) >= kFewestEffectiveDraws) continue;
    names.push_back(one.name);
    rhat = std::max(rhat, one.rhat);
  }
  if (names.empty()) return {};
  return fmt::format("its draws have not converged ({}; R-hat up to {:.3g})", listing(names), rhat);
}

std::optional<std::string> doubt_of_starts(const Fit& fit) {
  if (2 * fit.starts_converged_to_best >= fit.starts) return {};
  return fmt::format("only {} of {} starts came to the best minimum", fit.starts_converged_to_best, fit.starts);
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const std::size_t half = values.size() / 2;
  return values.size() % 2 == 1 ? values[half] : (values[half - 1] + values[half]) / 2;
}

// Whether a curve's residuals are far above what others leave, or a good fit.
bool is_misfit(const std::vector<CurveDiagnostics>& all, std::size_t curve) {
  const double rms = all[curve].rms_residual;
  if (rms > kMostResidual) return true;
  if (all.size() < 3 || rms <= kLeastResidual) return false;
  std::vector<double> others;
  for (std::size_t c = 0; c < all.size(); ++c)
    if (c != curve) others.push_back(all[c].rms_residual);
  return rms > kLargeAmongOthers * median(others);
}

std::optional<std::string> doubt_of_residuals(const Fit& fit) {
  std::vector<std::string> names;
  double largest = 0;
  for (std::size_t c = 0; c < fit.diagnostics.size(); ++c) {
    if (!is_misfit(fit.diagnostics, c)) continue;
    names.push_back(fit.diagnostics[c].curve);
    largest = std::max(largest, fit.diagnostics[c].rms_residual);
  }
  if (names.empty()) return {};
  return fmt::format("it misses {} of {} curves by up to {:.2g} nats rms ({})", names.size(), fit.diagnostics.size(),
                     largest, listing(names));
}

std::optional<std::string> doubt_of_shape(const Fit& fit) {
  std::vector<std::string> names;
  for (const CurveDiagnostics& one : fit.diagnostics)
    if (is_not_followed(one)) names.push_back(one.curve);
  if (names.empty()) return {};
  return fmt::format("it does not follow the shape of {} of {} curves ({})", names.size(), fit.diagnostics.size(),
                     listing(names));
}

// Whether rows of the curve are disowned because its loss falls earlier or later than the schedule says.
bool falls_elsewhere(const Fit& fit, const std::string& curve) {
  return std::any_of(fit.disowned.begin(), fit.disowned.end(),
                     [&](const DisownedRows& one) { return one.curve == curve && one.kind == DisownedKind::schedule; });
}

std::optional<std::string> doubt_of_schedules(const Fit& fit) {
  std::vector<std::string> names;
  for (const CurveDiagnostics& one : fit.diagnostics)
    if (falls_elsewhere(fit, one.curve)) names.push_back(one.curve);
  if (names.empty()) return {};
  return fmt::format("the loss of {} of {} curves falls at another step than the schedule says ({})", names.size(),
                     fit.diagnostics.size(), listing(names));
}

// Curves in doubt for their schedules are left to that.
std::optional<std::string> doubt_of_junk(const Fit& fit) {
  std::vector<std::string> names;
  double largest = 0;
  for (const CurveDiagnostics& one : fit.diagnostics) {
    const double share = disowned_share(fit, one);
    if (share <= kMostJunk || falls_elsewhere(fit, one.curve)) continue;
    names.push_back(one.curve);
    largest = std::max(largest, share);
  }
  if (names.empty()) return {};
  return fmt::format("up to {:.0f}% of the rows of {} of {} curves are junk ({})", 100 * largest, names.size(),
                     fit.diagnostics.size(), listing(names));
}

std::optional<std::string> doubt_of_contradiction(const Fit& fit) {
  if (fit.diagnostics.size() < 2) return {};
  const auto [low, high] = std::minmax_element(
      fit.diagnostics.begin(), fit.diagnostics.end(),
      [](const CurveDiagnostics& a, const CurveDiagnostics& b) { return a.mean_residual < b.mean_residual; });
  const double apart = high->mean_residual - low->mean_residual;
  if (apart <= kMostResidual) return {};
  return fmt::format("its curves contradict each other ({} lies above its law and {} below, {:.2g} nats apart)",
                     high->curve, low->curve, apart);
}

// A size that was never trained, of whose level the others say little.
std::optional<std::string> doubt_of_level(const Fit& fit) {
  constexpr double kMostError = 0.1;  // nats
  const auto floor = std::ranges::find(fit.parameters, "L0", &ParameterEstimate::name);
  if (!fit.moved_from || floor == fit.parameters.end() || floor->standard_error <= kMostError) return {};
  return fmt::format("the sizes trained hardly tell the level at {:.4g} parameters (L0 is known to {:.2g} nats)",
                     fit.params.value_or(0), floor->standard_error);
}

}  // namespace

bool is_not_followed(const CurveDiagnostics& curve) {
  constexpr double kTogether = 0.8;
  constexpr double kFarAbove = 40, kAbove = 6;  // the fast noise
  constexpr double kLargeResidual = 20e-3;      // [nats]
  constexpr double kLeastNoise = 5e-5;          // rounding to four decimals [nats]
  if (curve.fast_noise == 0 || curve.lag1_autocorrelation < kTogether) return false;
  const double ratio = curve.rms_residual / std::max(curve.fast_noise, kLeastNoise);
  return (curve.rms_residual > kLeastResidual && ratio > kFarAbove) ||
         (curve.rms_residual > kLargeResidual && ratio > kAbove);
}

bool misses_a_curve(const Fit& fit) {
  constexpr double kTogether = 0.4, kLarge = 3e-3, kAbove = 3;  // [1], [nats], [fast noise]
  if (doubt_of_residuals(fit) || doubt_of_shape(fit) || doubt_of_contradiction(fit)) return true;
  return std::any_of(fit.diagnostics.begin(), fit.diagnostics.end(), [&](const CurveDiagnostics& one) {
    return one.lag1_autocorrelation >= kTogether && one.rms_residual > std::max(kLarge, kAbove * one.fast_noise);
  });
}

double disowned_share(const Fit& fit, const CurveDiagnostics& curve) {
  int rows = 0;
  for (const DisownedRows& one : fit.disowned)
    if (one.curve == curve.curve) rows += one.rows;
  return rows == 0 ? 0 : static_cast<double>(rows) / static_cast<double>(rows + curve.points);
}

std::vector<std::string> doubts(const Fit& fit) {
  std::vector<std::string> all;
  for (const auto& one :
       {doubt_of_bounds(fit), doubt_of_draws(fit), doubt_of_starts(fit), doubt_of_residuals(fit), doubt_of_shape(fit),
        doubt_of_schedules(fit), doubt_of_junk(fit), doubt_of_contradiction(fit), doubt_of_level(fit)})
    if (one) all.push_back(*one);
  return all;
}

}  // namespace losscast
