// A Spec of the river-and-hills family behind the SdeModel interface.
#pragma once

#include <ceres/jet.h>

#include <algorithm>
#include <cmath>

#include "losscast/model/model.hpp"
#include "model/gauss_hermite.hpp"

namespace losscast {

template <class Spec>
class RiverHillsModel final : public SdeModel {
 public:
  std::string_view name() const override { return Spec::kName; }
  std::string_view summary() const override { return Spec::kSummary; }
  std::span<const ModelParameter> parameters() const override { return Spec::kParameters; }
  EffectiveLr effective_lr() const override { return Spec::kEffectiveLr; }
  int hills() const override { return kHills; }

  std::vector<LossMoments> moments(const BlockTable& table, std::span<const double> parameters, const PathNoise& noise,
                                   Scheme scheme, std::span<const int> after) const override {
    return scheme == Scheme::euler ? moments_of<Scheme::euler>(table, parameters, noise, after)
                                   : moments_of<Scheme::exact_moments>(table, parameters, noise, after);
  }

  void skeleton(const BlockTable& table, std::span<const double> parameters, std::span<const int> after,
                std::span<double> values, std::span<double> jacobian) const override {
    using Jet = ceres::Jet<double, kParameters>;
    Jet theta[kParameters];
    for (int p = 0; p < kParameters; ++p) theta[p] = Jet(parameters[p], p);
    const auto constants = Spec::constants(static_cast<const Jet*>(theta));

    Jet clock(0.0), hills[kHills];
    std::fill_n(hills, kHills, Jet(0.0));
    std::size_t reported = 0;
    for (std::size_t b = 0; b < table.blocks.size() && reported < after.size(); ++b) {
      const Drive<Jet> driven = drive_jet(table.blocks[b], constants.norm0);
      const LevelLine<Jet> level = level_line(driven);
      clock += driven.dtau;
      for (int j = 0; j < kHills; ++j) {
        const Jet g = cir_relaxation<Scheme::exact_moments>(constants.rates[j] * driven.dtau);
        const Jet gain = cir_gain<Scheme::exact_moments>(level, Jet(1.0) / constants.rates[j], g);
        hills[j] += constants.levels[j] * gain - g * hills[j];
      }
      for (; reported < after.size() && after[reported] == static_cast<int>(b) + 1; ++reported) {
        Jet value = constants.floor + signal(constants, clock);
        for (const Jet& hill : hills) value += hill;
        values[reported] = value.a;
        for (int p = 0; p < kParameters; ++p) jacobian[reported * kParameters + p] = value.v[p];
      }
    }
  }

  std::vector<float> path_constants(std::span<const double> parameters) const override {
    const auto c = Spec::constants(parameters.data());
    std::vector<float> flat = {static_cast<float>(c.floor), static_cast<float>(c.amplitude),
                               static_cast<float>(c.exponent), static_cast<float>(c.norm0)};
    for (const double rate : c.rates) flat.push_back(static_cast<float>(rate));
    for (const double level : c.levels) flat.push_back(static_cast<float>(level));
    return flat;
  }

  std::vector<Hill> hill_constants(std::span<const double> parameters) const override {
    const auto constants = Spec::constants(parameters.data());
    std::vector<Hill> out;
    for (int j = 0; j < kHills; ++j) out.push_back({constants.rates[j], constants.levels[j]});
    return out;
  }

  Drive<double> drive_of(const Block<double>& block, std::span<const double> parameters) const override {
    return drive<Spec>(block, Spec::constants(parameters.data()).norm0);
  }

  double signal_slope(std::span<const double> parameters, double u) const override {
    const ceres::Jet<double, 1> clock(u, 0);
    const auto constants = Spec::constants(parameters.data());
    PathConstants<ceres::Jet<double, 1>, kHills> lifted{};
    lifted.amplitude.a = constants.amplitude;
    lifted.exponent.a = constants.exponent;
    for (int j = 0; j < kHills; ++j) lifted.rates[j].a = constants.rates[j];
    return signal(lifted, clock).v[0];
  }

  double largest_rate_times_clock(const BlockTable& table, std::span<const double> parameters) const override {
    const auto constants = Spec::constants(parameters.data());
    double longest = 0;
    for (const auto& block : table.blocks) longest = std::max(longest, drive<Spec>(block, constants.norm0).dtau);
    return longest * *std::max_element(std::begin(constants.rates), std::end(constants.rates));
  }

 private:
  static constexpr int kHills = Spec::kHills;
  static constexpr int kParameters = static_cast<int>(std::size(Spec::kParameters));

  // drive() of river_hills.hpp where the blocks are plain numbers and the parameters carry derivatives.
  template <class Jet>
  static Drive<Jet> drive_jet(const Block<double>& block, const Jet& norm0) {
    return drive<Spec>(Block<Jet>{Jet(block.clock), Jet(block.level), Jet(block.level_change), Jet(block.norm_gain),
                                  Jet(block.norm_offset), Jet(block.norm_gain_change), Jet(block.norm_offset_change)},
                       norm0);
  }

  template <class Real>
  static Real signal(const PathConstants<Real, kHills>& constants, const Real& u) {
    return Spec::signal(u < kClockFloor ? Real(kClockFloor) : u, constants.amplitude, constants.exponent,
                        [&](int j) { return constants.rates[j]; });
  }

  template <Scheme scheme>
  static std::vector<LossMoments> moments_of(const BlockTable& table, std::span<const double> parameters,
                                             const PathNoise& noise, std::span<const int> after) {
    const auto constants = Spec::constants(parameters.data());
    std::vector<LossMoments> out;
    double clock = 0;
    CirMoments<double> hills[kHills] = {};
    for (std::size_t b = 0; b < table.blocks.size() && out.size() < after.size(); ++b) {
      const Drive<double> driven = drive<Spec>(table.blocks[b], constants.norm0);
      const LevelLine<double> level = level_line(driven);
      clock += driven.dtau;
      for (int j = 0; j < kHills; ++j) {
        const double g = cir_relaxation<scheme>(constants.rates[j] * driven.dtau);
        const double gain = constants.levels[j] * cir_gain<scheme>(level, 1 / constants.rates[j], g);
        hills[j] = cir_moments<scheme>(hills[j], g, gain, static_cast<double>(noise.four_over_d));
      }
      while (out.size() < after.size() && after[out.size()] == static_cast<int>(b) + 1)
        out.push_back(loss_moments(constants, clock, hills, noise));
    }
    return out;
  }

  static LossMoments loss_moments(const PathConstants<double, kHills>& constants, double clock,
                                  const CirMoments<double> (&hills)[kHills], const PathNoise& noise) {
    LossMoments out{constants.floor, constants.floor, 0.0};
    for (const auto& hill : hills) {
      out.skeleton += hill.mean;
      out.variance += hill.variance;
    }
    out.mean = out.skeleton;
    out.skeleton += signal(constants, clock);

    // u is normal around the clock: its start-up shift and the river's own noise add up.
    const double deviation = std::sqrt(static_cast<double>(noise.startup_shift) * noise.startup_shift +
                                       static_cast<double>(noise.river) * noise.river * clock);
    double first = 0, second = 0;
    for (const auto& [z, weight] : gauss_hermite()) {
      const double value = signal(constants, clock + deviation * z);
      first += weight * value;
      second += weight * value * value;
    }
    out.mean += first;
    out.variance += std::max(0.0, second - first * first) + static_cast<double>(noise.run_offset) * noise.run_offset;
    return out;
  }
};

}  // namespace losscast
