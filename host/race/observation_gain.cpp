#include "race/observation_gain.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "losscast/base/contract.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/math/elementary.hpp"
#include "race/sorted_quantile.hpp"

namespace losscast {
namespace {

// The mean of a candidate after the observation: mean + slope Z.
struct Line {
  double mean, slope;
  std::size_t candidate;
};

// The lines that are the lowest somewhere, by ascending Z, and from where on each is.
struct Envelope {
  std::vector<Line> lines;
  std::vector<double> from;
};

double normal_density(double z) { return 0.3989422804014327 * math::exp(-0.5 * z * z); }

// P(Z <= z) by Marsaglia's series (2004), whose terms are all positive; exact to about 1e-15.
double normal_below(double z) {
  constexpr double kFar = 8.3;  // beyond which 1e-16 is left
  if (z > kFar) return 1;
  if (z < -kFar) return 0;
  double sum = z, term = z;
  for (int i = 3; sum + term != sum; i += 2) {
    term *= z * z / i;
    sum += term;
  }
  return 0.5 + sum * normal_density(z);
}

// E[max(0, Z - z)] for z >= 0.
double normal_excess(double z) { return std::max(0.0, normal_density(z) - z * (1 - normal_below(z))); }

bool all_finite(std::span<const float> values) {
  return std::all_of(values.begin(), values.end(), [](float value) { return std::isfinite(value); });
}

double mean_of(std::span<const float> values) {
  double sum = 0;
  for (const float value : values) sum += static_cast<double>(value);
  return sum / static_cast<double>(values.size());
}

// What is left of values without their far tails and their mean.
std::vector<double> without_mean(std::vector<double> values) {
  cut_tails(values);
  double mean = 0;
  for (const double value : values) mean += value / static_cast<double>(values.size());
  for (double& value : values) value -= mean;
  return values;
}

Envelope lower_envelope(std::vector<Line> lines) {
  std::sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return a.slope != b.slope ? a.slope > b.slope : a.mean != b.mean ? a.mean < b.mean : a.candidate < b.candidate;
  });
  Envelope out;
  for (const Line& line : lines) {
    if (!out.lines.empty() && out.lines.back().slope == line.slope) continue;
    double from = -std::numeric_limits<double>::infinity();
    while (!out.lines.empty()) {
      const Line& last = out.lines.back();
      from = (line.mean - last.mean) / (last.slope - line.slope);
      if (from > out.from.back()) break;
      out.lines.pop_back();
      out.from.pop_back();
      from = -std::numeric_limits<double>::infinity();
    }
    out.lines.push_back(line);
    out.from.push_back(from);
  }
  return out;
}

}  // namespace

void cut_tails(std::vector<double>& values) {
  constexpr double kFar = 5, kBetweenQuantiles = 3.2897072539;  // of 5% and 95% of a normal law, in deviations
  std::vector<double> sorted = values;
  std::sort(sorted.begin(), sorted.end());
  const double deviation = (sorted_quantile(sorted, 0.95) - sorted_quantile(sorted, 0.05)) / kBetweenQuantiles;
  if (!(deviation > 0)) return;
  const double median = sorted_quantile(sorted, 0.5);
  for (double& value : values) value = std::clamp(value, median - kFar * deviation, median + kFar * deviation);
}

OpenChoice::OpenChoice(std::span<const float> values, std::size_t draws) : draws_(draws) {
  LOSSCAST_EXPECTS(draws > 0 && values.size() % draws == 0);
  const auto of = [&](std::size_t candidate) { return values.subspan(candidate * draws, draws); };
  std::vector<double> all_means;
  double lowest = std::numeric_limits<double>::infinity();
  for (std::size_t c = 0; c < values.size() / draws; ++c) {
    if (!all_finite(of(c))) continue;
    candidates_.push_back(c);
    all_means.push_back(mean_of(of(c)));
    if (all_means.back() < lowest) {
      lowest = all_means.back();
      chosen_ = c;
    }
  }
  if (!chosen_) return;
  std::vector<double> best(draws, 0.0), differences(draws);
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    means_.push_back(all_means[i] - lowest);
    for (std::size_t d = 0; d < draws; ++d) {
      differences[d] = static_cast<double>(of(candidates_[i])[d]) - static_cast<double>(of(*chosen_)[d]);
      best[d] = std::min(best[d], differences[d]);
    }
    const std::vector<double> rest = without_mean(differences);
    rest_.insert(rest_.end(), rest.begin(), rest.end());
  }
  for (const double one : best) regret_ -= one / static_cast<double>(draws);
}

OpenChoice::Gain OpenChoice::gain_of(std::span<const float> observed, double noise) const {
  LOSSCAST_EXPECTS(observed.size() == draws_);
  if (!chosen_ || !all_finite(observed) || !std::isfinite(noise)) return {};
  const std::vector<double> off = without_mean({observed.begin(), observed.end()});
  const auto count = static_cast<double>(draws_);
  double variance = noise * noise;
  for (const double one : off) variance += one * one / count;
  if (!(variance > 0)) return {};
  std::vector<Line> lines;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    double product = 0;
    for (std::size_t d = 0; d < draws_; ++d) product += rest_[i * draws_ + d] * off[d];
    lines.push_back({means_[i], product / count / std::sqrt(variance), candidates_[i]});
  }
  const Envelope envelope = lower_envelope(std::move(lines));
  Gain gain{0, 1, {}};
  double most = 0;
  for (std::size_t i = 0; i < envelope.lines.size(); ++i) {
    const Line& line = envelope.lines[i];
    if (i > 0)
      gain.regret_fall += (envelope.lines[i - 1].slope - line.slope) * normal_excess(std::abs(envelope.from[i]));
    const bool is_last = i + 1 == envelope.lines.size();
    const double lowest_in = (is_last ? 1 : normal_below(envelope.from[i + 1])) - normal_below(envelope.from[i]);
    if (line.mean == 0 && line.slope == 0) {
      gain.p_change = 1 - lowest_in;  // the chosen one, or one like it
    } else if (lowest_in > most) {
      most = lowest_in;
      gain.rival = line.candidate;
    }
  }
  gain.regret_fall = std::min(gain.regret_fall, regret_);
  return gain;
}

std::optional<BestObservation> best_observation(std::span<const float> values, std::size_t draws,
                                                std::span<const double> noise, int threads) {
  LOSSCAST_EXPECTS(values.size() == noise.size() * draws);
  const OpenChoice choice(values, draws);
  std::vector<double> falls(noise.size());
  parallel_for(static_cast<std::int64_t>(falls.size()), threads, [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    falls[at] = choice.gain_of(values.subspan(at * draws, draws), noise[at]).regret_fall;
  });
  const auto best = std::max_element(falls.begin(), falls.end());
  if (best == falls.end() || !(*best > 0)) return {};
  return BestObservation{static_cast<std::size_t>(best - falls.begin()), *best};
}

}  // namespace losscast
