#include "model/hill_lanes.hpp"

#include "model/powers.hpp"
#include "model/vector_copies.hpp"

namespace losscast {
namespace {

constexpr std::size_t kLanes = HillLanes::kLanes;

double sum_of_lanes(const double (&x)[kLanes]) {
  return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7]));
}

LOSSCAST_VECTOR_COPIES void all_forwards(const HillLanes& hills, const double* __restrict level, std::size_t steps,
                                         double* __restrict carried, const double* __restrict g,
                                         double* __restrict before) {
  double mean[kLanes];
  for (std::size_t j = 0; j < kLanes; ++j) mean[j] = carried[j];
  for (std::size_t s = 0; s < steps; ++s)
    for (std::size_t j = 0; j < kLanes; ++j) {
      before[s * kLanes + j] = mean[j];
      mean[j] += g[s * kLanes + j] * (hills.level[j] * level[s] - mean[j]);
    }
  for (std::size_t j = 0; j < kLanes; ++j) carried[j] = mean[j];
}

LOSSCAST_VECTOR_COPIES void all_backwards(const HillLanes& hills, const HillPart& part, double* __restrict carried,
                                          double* __restrict dtau_bar, double* __restrict level_bar) {
  const double* __restrict level = part.level.data();
  const double* __restrict g = part.g.data();
  const double* __restrict before = part.before.data();
  double mean_bar[kLanes];
  for (std::size_t j = 0; j < kLanes; ++j) mean_bar[j] = carried[j];
  for (std::size_t s = part.level.size(); s-- > 0;) {
    double by_dtau[kLanes], by_level[kLanes];
    for (std::size_t j = 0; j < kLanes; ++j) {
      const double gone = g[s * kLanes + j], kept = mean_bar[j] * (1 - gone);
      by_level[j] = mean_bar[j] * hills.level[j] * gone;
      by_dtau[j] = kept * hills.rate[j] * (hills.level[j] * level[s] - before[s * kLanes + j]);
      mean_bar[j] = kept;
    }
    dtau_bar[s] += sum_of_lanes(by_dtau);
    level_bar[s] += sum_of_lanes(by_level);
  }
  for (std::size_t j = 0; j < kLanes; ++j) carried[j] = mean_bar[j];
}

}  // namespace

std::vector<HillLanes> lanes_of(std::span<const Hill> hills) {
  std::vector<HillLanes> all((hills.size() + kLanes - 1) / kLanes);
  for (std::size_t j = 0; j < hills.size(); ++j) {
    all[j / kLanes].rate[j % kLanes] = hills[j].rate;
    all[j / kLanes].level[j % kLanes] = hills[j].level;
  }
  return all;
}

double sum_of(const LaneNumbers& x) { return ((x[0] + x[4]) + (x[2] + x[6])) + ((x[1] + x[5]) + (x[3] + x[7])); }

void hills_forwards(const HillLanes& hills, std::span<const double> dtau, std::span<const double> level,
                    LaneNumbers& mean, std::span<double> g, std::span<double> before) {
  for (std::size_t s = 0; s < dtau.size(); ++s)
    for (std::size_t j = 0; j < kLanes; ++j) g[s * kLanes + j] = hills.rate[j] * dtau[s];
  relax(g);
  all_forwards(hills, level.data(), level.size(), mean.data(), g.data(), before.data());
}

void hills_backwards(const HillLanes& hills, const HillPart& part, LaneNumbers& mean_bar, std::span<double> dtau_bar,
                     std::span<double> level_bar) {
  all_backwards(hills, part, mean_bar.data(), dtau_bar.data(), level_bar.data());
}

}  // namespace losscast
