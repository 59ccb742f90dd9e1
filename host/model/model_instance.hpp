// A model behind the interface SdeModel, from its spec and the dynamics that the spec names.
#pragma once

#include <ceres/jet.h>

#include <algorithm>
#include <cstring>
#include <type_traits>

#include "losscast/model/dynamics.hpp"
#include "losscast/model/model.hpp"
#include "model/dual_mean_run.hpp"
#include "model/river_hills_mean_run.hpp"

namespace losscast {

template <class Spec>
class ModelInstance final : public SdeModel {
  static_assert(ModelSpec<Spec>);

 public:
  std::string_view name() const override { return Spec::kName; }
  std::string_view summary() const override { return Spec::kSummary; }
  std::span<const ModelParameter> parameters() const override { return Spec::kParameters; }
  std::vector<ModelParameter> parameters_for(const TrainingRuns& runs) const override {
    std::vector<ModelParameter> out(std::begin(Spec::kParameters), std::end(Spec::kParameters));
    if constexpr (requires { Spec::adapt(out.data(), runs); }) Spec::adapt(out.data(), runs);
    return out;
  }
  EffectiveLr effective_lr() const override { return Spec::kEffectiveLr; }
  int states() const override { return D::kStates; }
  int constants_size() const override { return kConstants<D>; }

  std::vector<LossMoments> moments(const BlockTable& table, std::span<const double> parameters, const PathNoise& noise,
                                   Scheme scheme, std::span<const int> after) const override {
    return scheme == Scheme::euler ? moments_of<Scheme::euler>(table, parameters, noise, after)
                                   : moments_of<Scheme::exact_moments>(table, parameters, noise, after);
  }

  void skeleton(const BlockTable& table, std::span<const double> parameters, std::span<const int> after,
                std::span<double> values, std::span<double> jacobian) const override {
    if (jacobian.empty()) {
      law_after(table, parameters.data(), after, [&](std::size_t i, double loss) { values[i] = loss; });
      return;
    }
    using Jet = ceres::Jet<double, kParameters>;
    Jet theta[kParameters];
    for (int p = 0; p < kParameters; ++p) theta[p] = Jet(parameters[static_cast<std::size_t>(p)], p);
    law_after(table, static_cast<const Jet*>(theta), after, [&](std::size_t i, const Jet& loss) {
      values[i] = loss.a;
      for (int p = 0; p < kParameters; ++p) jacobian[i * kParameters + static_cast<std::size_t>(p)] = loss.v[p];
    });
  }

  std::unique_ptr<MeanRun> mean_run() const override { return make_mean_run<Spec>(std::type_identity<D>{}); }

  std::vector<float> path_constants(std::span<const double> parameters) const override {
    const auto constants = Spec::constants(parameters.data());
    double numbers[kConstants<D>];
    std::memcpy(numbers, &constants, sizeof(constants));
    std::vector<float> flat;
    for (const double number : numbers) flat.push_back(static_cast<float>(number));
    return flat;
  }

  double initial_norm(std::span<const double> parameters) const override {
    return D::initial_norm(Spec::constants(parameters.data()));
  }

  std::vector<Hill> hill_constants(std::span<const double> parameters) const override {
    const auto hills = D::hills(Spec::constants(parameters.data()));
    return {std::begin(hills), std::end(hills)};
  }

  Drive<double> drive_of(const Block<double>& block, std::span<const double> parameters) const override {
    return D::drive(block, Spec::constants(parameters.data()));
  }

  double signal_slope(std::span<const double> parameters, double u) const override {
    using Jet = ceres::Jet<double, 1>;
    return D::signal(constant_in<Jet, D>(Spec::constants(parameters.data())), Jet(u, 0)).v[0];
  }

  double largest_rate_times_clock(const BlockTable& table, std::span<const double> parameters) const override {
    const auto constants = Spec::constants(parameters.data());
    double longest = 0, fastest = 0;
    for (const auto& block : table.blocks) longest = std::max(longest, D::drive(block, constants).dtau);
    for (const Hill& hill : D::hills(constants)) fastest = std::max(fastest, hill.rate);
    return longest * fastest;
  }

 private:
  using D = typename Spec::Dynamics;
  // Calls report(i, loss) with the noise-free law after block after[i].
  template <class Real, class Report>
  static void law_after(const BlockTable& table, const Real* parameters, std::span<const int> after,
                        const Report& report) {
    const auto constants = Spec::constants(parameters);
    auto mean = D::first_mean(constants);
    std::size_t reported = 0;
    for (std::size_t b = 0; b < table.blocks.size() && reported < after.size(); ++b) {
      D::move_mean(mean, constants, block_in<Real>(table.blocks[b]));
      for (; reported < after.size() && after[reported] == static_cast<int>(b) + 1; ++reported)
        report(reported, D::mean_loss(mean, constants));
    }
  }

  static constexpr int kParameters = static_cast<int>(std::size(Spec::kParameters));

  template <Scheme scheme>
  static std::vector<LossMoments> moments_of(const BlockTable& table, std::span<const double> parameters,
                                             const PathNoise& noise, std::span<const int> after) {
    const auto constants = Spec::constants(parameters.data());
    std::vector<LossMoments> out;
    auto moments = D::first_moments(constants);
    for (std::size_t b = 0; b < table.blocks.size() && out.size() < after.size(); ++b) {
      D::template move_moments<scheme>(moments, constants, table.blocks[b], noise);
      while (out.size() < after.size() && after[out.size()] == static_cast<int>(b) + 1)
        out.push_back(D::loss_moments(moments, constants, noise));
    }
    return out;
  }
};

}  // namespace losscast
