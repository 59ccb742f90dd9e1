// The mean of a river and hills across a run and back, by hand: hills side by side in vectors.
#pragma once

#include <cmath>
#include <memory>
#include <vector>

#include "losscast/model/river_hills.hpp"
#include "model/dual_mean_run.hpp"
#include "model/hill_lanes.hpp"
#include "model/powers.hpp"

namespace losscast {

template <class Spec>
class RiverHillsMeanRun final : public MeanRun {
 public:
  double forwards(const Updates& updates, std::span<const double> parameters) override {
    constants_ = Spec::constants(parameters.data());
    drive(updates);
    lanes_ = lanes_of(D::hills(constants_));
    g_.resize(updates.lrs.size() * HillLanes::kLanes * lanes_.size());
    hills_.resize(g_.size());
    double loss = constants_.floor + D::signal(constants_, clock_);
    for (std::size_t i = 0; i < lanes_.size(); ++i)
      loss += hills_forwards(lanes_[i], dtau_, level_, part(g_, i), part(hills_, i));
    return loss;
  }

  void backwards(const Updates& updates, std::span<double> lr_bar, std::span<double> norm_bar) override {
    using Jet = ceres::Jet<double, 1>;
    dtau_bar_.assign(dtau_.size(), D::signal(constant_in<Jet, D>(constants_), Jet(clock_, 0)).v[0]);
    level_bar_.assign(level_.size(), 0);
    for (std::size_t i = 0; i < lanes_.size(); ++i)
      hills_backwards(lanes_[i], level_, part(g_, i), part(hills_, i), dtau_bar_, level_bar_);
    for (std::size_t s = dtau_.size(); s-- > 0;)
      pull_back(Spec::kEffectiveLr, {updates.lrs[s], updates.norm[s], dtau_[s], level_[s]},
                {dtau_bar_[s], level_bar_[s], 0}, lr_bar[s], norm_bar[s]);
  }

 private:
  using D = RiverHills<Spec>;

  // losscast::drive() of each update, with the powers taken of all updates at once.
  void drive(const Updates& updates) {
    level_.assign(updates.level.begin(), updates.level.end());
    if (Spec::kEffectiveLr.weight_norm != EffectiveLr::WeightNorm::none) {
      level_.assign(updates.norm.begin(), updates.norm.end());
      raise(level_, Spec::kEffectiveLr.level_power / 2);
      for (std::size_t s = 0; s < level_.size(); ++s) level_[s] = updates.level[s] / level_[s];
    }
    dtau_.resize(updates.lrs.size());
    clock_ = 0;
    for (std::size_t s = 0; s < dtau_.size(); ++s) {
      dtau_[s] = updates.ref_lr * updates.clock[s] / std::sqrt(updates.norm[s]);
      clock_ += dtau_[s];
    }
  }

  std::span<double> part(std::vector<double>& of_lanes, std::size_t i) const {
    const std::size_t lanes = dtau_.size() * HillLanes::kLanes;
    return std::span(of_lanes).subspan(i * lanes, lanes);
  }

  RiverHillsConstants<double, Spec::kHills> constants_{};
  std::vector<HillLanes> lanes_;
  double clock_ = 0;
  std::vector<double> dtau_, level_, g_, hills_;  // of each update; the last two as hill_lanes.hpp has them
  std::vector<double> dtau_bar_, level_bar_;      // derivatives of the loss
};

template <class Spec>
std::unique_ptr<MeanRun> make_mean_run(std::type_identity<RiverHills<Spec>>) {
  return std::make_unique<RiverHillsMeanRun<Spec>>();
}

}  // namespace losscast
