#include "fit/chain_diagnostics.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

#include "losscast/base/contract.hpp"
#include "losscast/random/normal_quantile.hpp"

namespace losscast {
namespace {

bool same_length(const ParameterChains& chains) {
  return !chains.empty() && chains[0].size() >= 4 &&
         std::all_of(chains.begin(), chains.end(), [&](const auto& chain) { return chain.size() == chains[0].size(); });
}

// First and last halves; the middle draw of an odd number is left out.
ParameterChains split(const ParameterChains& chains) {
  LOSSCAST_EXPECTS(same_length(chains));
  ParameterChains halves;
  for (const auto& chain : chains) {
    const auto half = static_cast<std::ptrdiff_t>(chain.size() / 2);
    halves.emplace_back(chain.begin(), chain.begin() + half);
    halves.emplace_back(chain.end() - half, chain.end());
  }
  return halves;
}

std::vector<double> pooled(const ParameterChains& chains) {
  std::vector<double> all;
  for (const auto& chain : chains) all.insert(all.end(), chain.begin(), chain.end());
  return all;
}

bool all_equal(const ParameterChains& chains) {
  const double first = chains[0][0];
  return std::all_of(chains.begin(), chains.end(), [&](const auto& chain) {
    return std::all_of(chain.begin(), chain.end(), [&](double x) { return x == first; });
  });
}

// The quantile of the sorted values, between neighbours by a straight line.
double quantile(const std::vector<double>& sorted, double probability) {
  const double place = probability * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(place);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (place - static_cast<double>(below)) * (sorted[above] - sorted[below]);
}

// The inverse of the normal law, 0 < u < 1.
double to_normal(double u) { return u < 0.5 ? -normal_quantile(1 - u) : normal_quantile(u); }

// Replaces each value by the normal quantile of (rank - 3/8) / (count + 1/4) (Blom 1958); equal values share the mean
// of their ranks.
ParameterChains normal_scores(const ParameterChains& chains) {
  const std::vector<double> all = pooled(chains);
  std::vector<std::size_t> order(all.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return all[a] < all[b]; });
  std::vector<double> scores(all.size());
  for (std::size_t first = 0, last = 0; first < order.size(); first = last) {
    while (last < order.size() && all[order[last]] == all[order[first]]) ++last;
    const double rank = static_cast<double>(first + 1 + last) / 2;
    const double score = to_normal((rank - 0.375) / (static_cast<double>(all.size()) + 0.25));
    for (std::size_t i = first; i < last; ++i) scores[order[i]] = score;
  }
  ParameterChains out = chains;
  auto next = scores.begin();
  for (auto& chain : out)
    for (double& x : chain) x = *next++;
  return out;
}

double mean(const std::vector<double>& values) {
  return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

// With the divisor n - 1.
double variance(const std::vector<double>& values) {
  const double middle = mean(values);
  double sum = 0;
  for (const double x : values) sum += (x - middle) * (x - middle);
  return sum / static_cast<double>(values.size() - 1);
}

// Estimates of a quantity's variance within chains and over all of them.
struct Variances {
  explicit Variances(const ParameterChains& chains) {
    std::vector<double> means, variances;
    for (const auto& chain : chains) {
      means.push_back(mean(chain));
      variances.push_back(variance(chain));
    }
    const auto draws = static_cast<double>(chains[0].size());
    within = mean(variances);
    total = within * (draws - 1) / draws + variance(means);
  }

  double within, total;
};

// Autocorrelations of chains (equation 10 of the paper), each computed when it is asked for.
class Autocorrelation {
 public:
  explicit Autocorrelation(const ParameterChains& chains) : chains_(chains), variances_(chains) {
    for (auto& chain : chains_) {
      const double middle = mean(chain);
      for (double& x : chain) x -= middle;
    }
  }

  double operator()(std::size_t lag) const {
    double sum = 0;
    for (const auto& chain : chains_)
      for (std::size_t i = lag; i < chain.size(); ++i) sum += chain[i] * chain[i - lag];
    const double covariance = sum / static_cast<double>(chains_.size() * chains_[0].size());
    return 1 - (variances_.within - covariance) / variances_.total;
  }

 private:
  ParameterChains chains_;
  Variances variances_;
};

// 1 + 2 sum of autocorrelations, summed in pairs, even and odd lags, as long as the pairs are positive, and taken as no
// larger than those before them (Geyer 1992). Of the last pair, the even lag counts once if it is positive: so the
// estimate is better for chains whose neighbours alternate.
double correlation_time(const Autocorrelation& correlation, std::size_t draws) {
  double sum = 0, smallest = std::numeric_limits<double>::infinity();
  double even = 1, odd = correlation(1);
  for (std::size_t lag = 2; even + odd > 0 && lag + 2 < draws; lag += 2) {
    smallest = std::min(smallest, even + odd);
    sum += smallest;
    even = correlation(lag);
    odd = correlation(lag + 1);
  }
  return -1 + 2 * sum + std::max(even, 0.0);
}

// Of chains that are split already.
double effective_sample_size(const ParameterChains& chains) {
  if (all_equal(chains)) return 0;
  const auto count = static_cast<double>(chains.size() * chains[0].size());
  // Draws whose neighbours alternate may be worth more than as many independent ones, by a limited factor.
  return count / std::max(correlation_time(Autocorrelation(chains), chains[0].size()), 1 / std::log10(count));
}

double plain_rhat(const ParameterChains& chains) {
  const Variances variances(chains);
  return std::sqrt(variances.total / variances.within);
}

}  // namespace

double rank_normalised_rhat(const ParameterChains& chains) {
  const ParameterChains halves = split(chains);
  if (all_equal(halves)) return std::numeric_limits<double>::infinity();
  std::vector<double> sorted = pooled(halves);
  std::sort(sorted.begin(), sorted.end());
  const double median = quantile(sorted, 0.5);
  ParameterChains distances = halves;
  for (auto& chain : distances)
    for (double& x : chain) x = std::abs(x - median);
  const double bulk = plain_rhat(normal_scores(halves));
  // Draws of two values only have one distance from a median between them, and no spread to compare.
  return all_equal(distances) ? bulk : std::max(bulk, plain_rhat(normal_scores(distances)));
}

double bulk_effective_sample_size(const ParameterChains& chains) {
  return effective_sample_size(normal_scores(split(chains)));
}

double tail_effective_sample_size(const ParameterChains& chains) {
  std::vector<double> sorted = pooled(chains);
  std::sort(sorted.begin(), sorted.end());
  double smallest = std::numeric_limits<double>::infinity();
  for (const double probability : {0.05, 0.95}) {
    const double limit = quantile(sorted, probability);
    ParameterChains below = chains;
    for (auto& chain : below)
      for (double& x : chain) x = x <= limit ? 1 : 0;
    smallest = std::min(smallest, effective_sample_size(split(below)));
  }
  return smallest;
}

}  // namespace losscast
