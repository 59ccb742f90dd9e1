// The mean of a river and hills across a run and back, by hand: hills side by side in vectors.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "losscast/model/river_hills.hpp"
#include "losscast/model/strained_lr.hpp"
#include "model/dual_mean_run.hpp"
#include "model/hill_lanes.hpp"
#include "model/powers.hpp"

namespace losscast {

// What the hills do to each update is not kept from the way there for the way back, but computed again, part by part,
// from the hills' means where each part begins: memory that grows with the run is a few numbers an update.
template <class Spec>
class RiverHillsMeanRun final : public MeanRun {
 public:
  double forwards(const Updates& updates, std::span<const double> parameters) override {
    constants_ = Spec::constants(parameters.data());
    drive(updates);
    lanes_ = lanes_of(D::hills(constants_));
    at_part_.resize(lanes_.size() * parts());
    double loss = constants_.floor + updates.bias + D::signal(constants_, clock_);
    loss += instability(highest(updates).lr, constants_.per_limit);
    for (std::size_t i = 0; i < lanes_.size(); ++i) {
      LaneNumbers mean{};
      for (std::size_t part = 0; part < parts(); ++part) {
        at_part_[i * parts() + part] = mean;
        hills_across(part, i, mean);
      }
      loss += sum_of(mean);
    }
    return loss;
  }

  void backwards(const Updates& updates, std::span<double> lr_bar, std::span<double> norm_bar) override {
    using Jet = ceres::Jet<double, 1>;
    const double by_clock = D::signal(constant_in<Jet, D>(constants_), Jet(clock_, 0)).v[0];
    LaneNumbers ones;
    ones.fill(1);
    std::vector<LaneNumbers> mean_bar(lanes_.size(), ones);
    for (std::size_t part = parts(); part-- > 0;) {
      const std::size_t begin = part * kPart, count = of_part(dtau_, part).size();
      dtau_bar_.assign(count, 0);
      level_bar_.assign(count, 0);
      for (std::size_t i = 0; i < lanes_.size(); ++i) {
        LaneNumbers mean = at_part_[i * parts() + part];
        hills_across(part, i, mean);
        hills_backwards(lanes_[i], {of_part(level_, part), g_, hills_}, mean_bar[i], dtau_bar_, level_bar_);
      }
      for (std::size_t s = begin + count; s-- > begin;)
        pull_back_update(updates, s, {dtau_bar_[s - begin], by_clock, level_bar_[s - begin], 0}, lr_bar[s],
                         norm_bar[s]);
    }
    pull_back_peak(updates, lr_bar);
  }

 private:
  using D = RiverHills<Spec>;

  static constexpr bool kHasNorm = Spec::kEffectiveLr.weight_norm != EffectiveLr::WeightNorm::none;

  // losscast::drive() of each update, with the powers taken of all updates at once.
  void drive(const Updates& updates) {
    dtau_.assign(updates.clock.begin(), updates.clock.end());
    level_.assign(updates.level.begin(), updates.level.end());
    clock_ = 0;
    if constexpr (kHasNorm) {
      drive_with_norm(updates);
    } else {
      for (const double time : dtau_) clock_ += time;
    }
  }

  // level_[s] = (y n^-level_norm_power)^q
  void drive_with_norm(const Updates& updates) {
    const LrResponse<double>& response = constants_.response;
    constexpr EffectiveLr x = Spec::kEffectiveLr;
    std::vector<double>& slowed = g_;  // n^-clock_power
    slowed.assign(updates.norm.begin(), updates.norm.end());
    take_logs(slowed);
    for (std::size_t s = 0; s < level_.size(); ++s) {
      level_[s] = response.level_power * (updates.log_level[s] - x.level_norm_power * slowed[s]);
      slowed[s] *= -x.clock_power;
    }
    exponentiate(level_);
    exponentiate(slowed);
    for (std::size_t s = 0; s < dtau_.size(); ++s) {
      const double root = std::sqrt(updates.norm[s]);
      clock_ += dtau_[s] / root *
                river_share(updates.lrs[s] / updates.reference.lr, response.saturation * updates.saturation[s],
                            response.slowness * root);
      dtau_[s] *= slowed[s];
    }
  }

  // The way back through update s, from the derivatives by its drive.
  void pull_back_update(const Updates& updates, std::size_t s, const Drive<double>& bar, double& lr_bar,
                        double& norm_bar) const {
    const Reference& reference = updates.reference;
    const UpdateDrive update{updates.lrs[s],        updates.lrs[s] / reference.lr,
                             updates.saturation[s], updates.norm[s],
                             updates.clock[s],      level_[s]};
    const double clock_slope = 1 / (reference.lr * reference.steps);
    pull_back(Spec::kEffectiveLr, constants_.response, update, bar, clock_slope, lr_bar, norm_bar);
  }

  // The update whose LR strains the limit of stability most, the first of equals, and by how much [ref].
  struct Strain {
    std::size_t update = 0;
    double per_lr = 1, lr = 0;
  };

  static Strain highest(const Updates& updates) {
    Strain highest;
    for (std::size_t s = 0; s < updates.lrs.size(); ++s) {
      const double per_lr = strained_lr(updates.reference, 1, static_cast<Step>(s)) / updates.reference.lr;
      if (updates.lrs[s] * per_lr > highest.lr) highest = {s, per_lr, updates.lrs[s] * per_lr};
    }
    return highest;
  }

  void pull_back_peak(const Updates& updates, std::span<double> lr_bar) const {
    using Jet = ceres::Jet<double, 1>;
    const Strain strain = highest(updates);
    lr_bar[strain.update] += instability(Jet(strain.lr, 0), Jet(constants_.per_limit)).v[0] * strain.per_lr;
  }

  static constexpr std::size_t kPart = 1024;  // updates: what is known of them stays near

  std::size_t parts() const { return (dtau_.size() + kPart - 1) / kPart; }

  static std::span<const double> of_part(const std::vector<double>& all, std::size_t part) {
    return std::span(all).subspan(part * kPart, std::min(kPart, all.size() - part * kPart));
  }

  // Takes the hills of a lane across a part of the run, and fills g_ and hills_.
  void hills_across(std::size_t part, std::size_t lane, LaneNumbers& mean) {
    const std::span<const double> dtau = of_part(dtau_, part);
    g_.resize(dtau.size() * HillLanes::kLanes);
    hills_.resize(g_.size());
    hills_forwards(lanes_[lane], dtau, of_part(level_, part), mean, g_, hills_);
  }

  RiverHillsConstants<double, Spec::kHills> constants_{};
  std::vector<HillLanes> lanes_;
  double clock_ = 0;
  std::vector<double> dtau_, level_;          // of each update
  std::vector<LaneNumbers> at_part_;          // [lanes][parts]: means of the hills where a part begins
  std::vector<double> g_, hills_;             // of a part's updates, as hill_lanes.hpp has them
  std::vector<double> dtau_bar_, level_bar_;  // of a part's updates: derivatives of the loss
};

template <class Spec>
std::unique_ptr<MeanRun> make_mean_run(std::type_identity<RiverHills<Spec>>) {
  return std::make_unique<RiverHillsMeanRun<Spec>>();
}

}  // namespace losscast
