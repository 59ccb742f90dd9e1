#include "losscast/fit/verification.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"

namespace losscast {
namespace {

constexpr double kScoreOfBand = 1.6448536269514722;  // of probability 0.95, of a standard normal
constexpr std::size_t kEndPoints = 3;                // that the measured end is the mean of

// On the straight line between the recorded steps on both sides. Precondition: not before the first one.
RecordedBand band_at(const std::vector<RecordedBand>& bands, Step step) {
  const auto above = std::lower_bound(bands.begin(), bands.end(), step,
                                      [](const RecordedBand& band, Step s) { return band.step < s; });
  if (above->step == step) return *above;
  const RecordedBand &low = *(above - 1), &high = *above;
  const double weight = static_cast<double>(step - low.step) / static_cast<double>(high.step - low.step);
  RecordedBand out{step};
  for (const auto member : {&RecordedBand::mean, &RecordedBand::q05, &RecordedBand::q50, &RecordedBand::q95})
    out.*member = low.*member + weight * (high.*member - low.*member);
  return out;
}

// The mean of that over the updates until a step, at some of them: between the recorded steps they lie on straight
// lines.
RecordedBand band_over(const std::vector<RecordedBand>& bands, Step step, Step mean_over) {
  constexpr Step kMost = 64;
  const Step length = std::max<Step>(1, mean_over), count = std::min(length, kMost);
  RecordedBand out{step};
  for (Step i = 0; i < count; ++i) {
    const RecordedBand one = band_at(bands, step - (length * (2 * i + 1) - count) / (2 * count));
    for (const auto member : {&RecordedBand::mean, &RecordedBand::q05, &RecordedBand::q50, &RecordedBand::q95})
      out.*member += one.*member / static_cast<double>(count);
  }
  return out;
}

// The standard deviation on one side of the median, with that of the measurement.
double deviation(double side, double noise) { return std::hypot(side / kScoreOfBand, noise); }

VerifiedPoint verified(const RecordedBand& band, double measured, double noise) {
  const double below = deviation(band.q50 - band.q05, noise), above = deviation(band.q95 - band.q50, noise);
  VerifiedPoint out{band.step, measured, band.mean};
  out.q05 = band.q50 - kScoreOfBand * below;
  out.q95 = band.q50 + kScoreOfBand * above;
  const double distance = measured - band.q50, unit = distance > 0 ? above : below;
  if (unit > 0)
    out.z = distance / unit;
  else if (distance != 0)
    out.z = std::copysign(std::numeric_limits<double>::infinity(), distance);
  out.probability = std::erfc(-out.z / std::sqrt(2.0)) / 2;
  return out;
}

std::vector<CurvePoint> judged_points(const RecordedForecast& forecast, std::span<const CurvePoint> points,
                                      Step mean_over) {
  const Step first = forecast.bands.front().step + std::max<Step>(0, mean_over - 1);
  std::vector<CurvePoint> judged;
  for (const CurvePoint& point : points) {
    if (point.step > forecast.total_steps)
      throw InputError(fmt::format("step {} is past the end of the forecast", point.step),
                       fmt::format("it is of a run of {} steps", forecast.total_steps),
                       "give the log of the run that was forecast");
    if (point.step >= first) judged.push_back(point);
  }
  if (judged.empty())
    throw InputError(fmt::format("there is no point from step {} on", first),
                     "where the forecast begins, after the warm-up", "wait until the run has come so far");
  return judged;
}

VerifiedPoint verified_end(const RecordedForecast& forecast, const std::vector<CurvePoint>& points, Step mean_over) {
  const std::size_t count = std::min(points.size(), kEndPoints);
  const RecordedBand band = band_at(forecast.bands, points.back().step);
  double error = 0;
  for (std::size_t i = points.size() - count; i < points.size(); ++i)
    error += (points[i].loss - band_over(forecast.bands, points[i].step, mean_over).mean) / static_cast<double>(count);
  return verified(band, band.mean + error, forecast.observation_noise / std::sqrt(static_cast<double>(count)));
}

bool is_finished(const RecordedForecast& forecast, const std::vector<CurvePoint>& points) {
  const Step last = points.back().step;
  if (points.size() < 2) return last == forecast.total_steps;
  return last + (last - points[points.size() - 2].step) > forecast.total_steps;
}

std::string sentence_of(const Verification& all) {
  const VerifiedPoint& last = all.last;
  const std::string where =
      all.finished
          ? fmt::format("The run ended at {:.4f} nats", last.measured)
          : fmt::format("The run has come to step {} of {} ({:.0f}%) and {:.4f} nats", last.step, all.total_steps,
                        100 * static_cast<double>(last.step) / static_cast<double>(all.total_steps), last.measured);
  return fmt::format(
      "{}, {:.4f} {} the forecast and {} its 90% band (z = {:+.1f}); {:.0f}% of {} point{} in their "
      "bands.{}",
      where, std::abs(last.error()), last.error() < 0 ? "below" : "above", last.in_band() ? "inside" : "outside",
      last.z, 100 * all.share_in_band, all.points.size(), all.points.size() == 1 ? " lies" : "s lie",
      all.finished ? "" : " Its end is still to come.");
}

}  // namespace

Verification verify_forecast(const RecordedForecast& forecast, std::span<const CurvePoint> points, Step mean_over) {
  LOSSCAST_EXPECTS(!forecast.bands.empty() && forecast.bands.back().step == forecast.total_steps);
  const std::vector<CurvePoint> judged = judged_points(forecast, points, mean_over);
  Verification out;
  out.total_steps = forecast.total_steps;
  out.finished = is_finished(forecast, judged);
  const auto count = static_cast<double>(judged.size());
  int in_band = 0;
  for (const CurvePoint& point : judged) {
    out.points.push_back(
        verified(band_over(forecast.bands, point.step, mean_over), point.loss, forecast.observation_noise));
    const VerifiedPoint& one = out.points.back();
    if (one.in_band()) ++in_band;
    out.mean_error += one.error() / count;
    out.mean_abs_error += std::abs(one.error()) / count;
  }
  out.share_in_band = in_band / count;
  out.last = verified_end(forecast, judged, mean_over);
  out.sentence = sentence_of(out);
  return out;
}

}  // namespace losscast
