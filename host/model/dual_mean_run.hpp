// The run of a dynamics' mean that any dynamics has: its derivatives by dual numbers, an update at a time. A dynamics
// with a faster way has an overload of make_mean_run().
#pragma once

#include <ceres/jet.h>

#include <cstring>
#include <memory>
#include <type_traits>
#include <vector>

#include "losscast/model/drive.hpp"
#include "losscast/model/dynamics.hpp"
#include "losscast/model/mean_run.hpp"
#include "losscast/model/strained_lr.hpp"

namespace losscast {

// Constants of a draw as numbers that carry derivatives, those by the constants being 0.
template <class Jet, class D>
ConstantsOf<D, Jet> constant_in(const ConstantsOf<D, double>& constants) {
  static_assert(sizeof(ConstantsOf<D, Jet>) == kConstants<D> * sizeof(Jet));
  double numbers[kConstants<D>];
  std::memcpy(numbers, &constants, sizeof(constants));
  ConstantsOf<D, Jet> out;
  for (int i = 0; i < kConstants<D>; ++i) reinterpret_cast<Jet*>(&out)[i] = Jet(numbers[i]);
  return out;
}

template <class Spec>
class DualMeanRun final : public MeanRun {
 public:
  double forwards(const Updates& updates, std::span<const double> parameters) override {
    constants_ = Spec::constants(parameters.data());
    before_.resize(updates.lrs.size());
    find_peaks(updates);
    mean_ = D::first_mean(constants_);
    for (std::size_t s = 0; s < updates.lrs.size(); ++s) {
      before_[s] = mean_;
      D::move_mean(mean_, constants_, block_of<double>(updates, s));
    }
    return D::mean_loss(mean_, constants_);
  }

  void backwards(const Updates& updates, std::span<double> lr_bar, std::span<double> norm_bar) override {
    const auto constants = constant_in<Jet, D>(constants_);
    const Jet loss = D::mean_loss(seeded(mean_), constants);
    Bars bars = loss.v.template head<kMeans>();
    for (std::size_t s = updates.lrs.size(); s-- > 0;) {
      auto mean = seeded(before_[s]);
      const Block<Jet> block = seeded_block(updates, s);
      D::move_mean(mean, constants, block);
      decltype(loss.v) by = decltype(loss.v)::Zero();
      for (int i = 0; i < kMeans; ++i) by += bars[i] * mean[static_cast<std::size_t>(i)].v;
      constexpr EffectiveLr x = Spec::kEffectiveLr;
      const double lr = updates.lrs[s];
      const double clock_slope = 1 / (updates.reference.lr * updates.reference.steps);
      lr_bar[s] += by[kMeans] * lr_slope(x.lr_power, block.clock.a, lr, clock_slope);
      if (lr > 0) lr_bar[s] += (by[kMeans + 1] * x.lr_power * x.level_power * block.level.a + by[kMeans + 3]) / lr;
      norm_bar[s] += by[kMeans + 2];
      lr_bar[peak_[s]] += by[kMeans + 4] * strain_of(updates, peak_[s]) / updates.reference.lr;
      bars = by.template head<kMeans>();
    }
  }

 private:
  using D = typename Spec::Dynamics;
  using Mean = typename D::template Mean<double>;
  static constexpr int kMeans = static_cast<int>(std::tuple_size_v<Mean>);
  // By the mean before an update, its clock, its level, the norm, in all else the logarithm of the LR, and the peak.
  using Jet = ceres::Jet<double, kMeans + 5>;
  using Bars = Eigen::Matrix<double, kMeans, 1>;

  // The LR that the limit sees, over the LR.
  static double strain_of(const Updates& updates, std::size_t s) {
    return strained_lr(updates.reference, 1, static_cast<Step>(s));
  }

  void find_peaks(const Updates& updates) {
    peak_.assign(updates.lrs.size(), 0);
    double highest = updates.lrs.empty() ? 0 : updates.lrs[0] * strain_of(updates, 0);
    for (std::size_t s = 1; s < updates.lrs.size(); ++s) {
      const double strained = updates.lrs[s] * strain_of(updates, s);
      peak_[s] = strained > highest ? s : peak_[s - 1];
      highest = std::max(highest, strained);
    }
  }

  template <class Real>
  Block<Real> block_of(const Updates& updates, std::size_t s) const {
    Block<double> block{};
    block.clock = updates.clock[s];
    block.level = updates.level[s];
    block.log_level = updates.lrs[s] > 0 ? updates.log_level[s] : 0;
    block.low_lr = block.high_lr = updates.lrs[s] / updates.reference.lr;
    block.low_saturation = block.high_saturation = updates.saturation[s];
    block.norm_offset = updates.norm[s];
    block.bias = updates.bias;
    block.peak = updates.lrs[peak_[s]] * strain_of(updates, peak_[s]) / updates.reference.lr;
    return block_in<Real>(block);
  }

  Block<Jet> seeded_block(const Updates& updates, std::size_t s) const {
    Block<Jet> block = block_of<Jet>(updates, s);
    block.clock.v[kMeans] = block.level.v[kMeans + 1] = block.norm_offset.v[kMeans + 2] = 1;
    block.log_level.v[kMeans + 3] = Spec::kEffectiveLr.lr_power;
    block.low_lr.v[kMeans + 3] = block.high_lr.v[kMeans + 3] = block.low_lr.a;
    block.low_saturation.v[kMeans + 3] = block.high_saturation.v[kMeans + 3] =
        EffectiveLr::kSaturation * block.low_saturation.a;
    block.peak.v[kMeans + 4] = 1;
    return block;
  }

  static typename D::template Mean<Jet> seeded(const Mean& mean) {
    typename D::template Mean<Jet> out;
    for (int i = 0; i < kMeans; ++i) {
      const auto at = static_cast<std::size_t>(i);
      out[at] = Jet(mean[at], i);
    }
    return out;
  }

  ConstantsOf<D, double> constants_{};
  std::vector<Mean> before_;
  std::vector<std::size_t> peak_;  // of each update: the first that strains the limit most until then
  Mean mean_{};
};

template <class Spec, class D>
std::unique_ptr<MeanRun> make_mean_run(std::type_identity<D>) {
  return std::make_unique<DualMeanRun<Spec>>();
}

}  // namespace losscast
