// Mean and variance of the loss, update by update, straight from the SDE.
//
// Within one update the LR is constant, so each hill dV = k (l - V) dtau + 2 sqrt(k l V / d) dW has its exact moments:
//   mean' = l + (mean - l) e^(-k dtau)
//   var'  = var e^(-2 k dtau) + (4 k l / d) [mean (e^(-k dtau) - e^(-2 k dtau)) / k + l (1 - e^(-k dtau))^2 / (2 k)].
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

#include "tests/reference/reference_model.hpp"

namespace losscast::reference {

struct LossMoments {
  double skeleton;  // the noise-free law [nats]
  double mean;      // [nats]
  double variance;  // [nats^2]
};

// E f(clock + deviation Z) for a standard normal Z, by Simpson's rule over eight standard deviations on either side.
template <class Function>
double expectation(const Function& f, double clock, double deviation) {
  if (deviation == 0) return f(clock);
  constexpr int kIntervals = 4000;
  constexpr double kReach = 8, kStep = 2 * kReach / kIntervals;
  const double root_two_pi = std::sqrt(2 * std::acos(-1.0));
  double sum = 0;
  for (int i = 0; i <= kIntervals; ++i) {
    const double z = -kReach + i * kStep;
    const double simpson = i == 0 || i == kIntervals ? 1 : i % 2 == 1 ? 4 : 2;
    sum += simpson * f(clock + deviation * z) * std::exp(-z * z / 2);
  }
  return sum * kStep / 3 / root_two_pi;
}

// The state of the recursions between two updates.
struct LawState {
  double clock = 0;  // of the river
  double norm;
  std::vector<double> means, variances;  // of the hills
  double peak = 0;                       // highest strained LR so far [ref_lr]
  std::size_t updates = 0;               // done
};

inline void update(LawState& state, const Model& model, const Noise& noise, double eta) {
  const double after = next_norm(model, eta, state.norm), norm = (state.norm + after) / 2;
  const double y = eta / model.ref_lr, dtau = hill_time(model, eta, norm);
  state.norm = after;
  state.peak = std::max(state.peak, strained(model, y, state.updates++));
  state.clock += river_time(model, eta, norm) * river_share(model, y, norm);
  const double power =
      std::pow(std::pow(y, model.lr_power) * std::pow(norm, -model.level_norm_power), model.level_power) *
      std::pow(model.squared_batch, -model.batch_power);
  for (std::size_t j = 0; j < model.hills.size(); ++j) {
    const double k = model.hills[j].rate;
    const double l = model.hills[j].level * power;
    const double mean = state.means[j];
    const double once = std::exp(-k * dtau), twice = std::exp(-2 * k * dtau);
    const double strength = noise.hill_dimensions > 0 ? 4 * k * l / noise.hill_dimensions : 0;
    state.means[j] = l + (mean - l) * once;
    state.variances[j] =
        state.variances[j] * twice + strength * (mean * (once - twice) / k + l * (1 - once) * (1 - once) / (2 * k));
  }
}

inline LossMoments loss_of(const LawState& state, const Model& model, const Noise& noise) {
  double hills = 0, variance = noise.run_offset * noise.run_offset;
  for (const double mean : state.means) hills += mean;
  for (const double one : state.variances) variance += one;

  // u is normal with mean `clock`: its start-up shift and the river's own noise add up.
  const double deviation =
      std::sqrt(noise.startup_shift * noise.startup_shift + noise.river * noise.river * state.clock);
  const double skeleton = model.signal(state.clock);
  const double mean = expectation(model.signal, state.clock, deviation);
  const auto squared_deviation = [&](double u) { return (model.signal(u) - mean) * (model.signal(u) - mean); };
  variance += expectation(squared_deviation, state.clock, deviation);
  const double floor = model.floor + bias(model) + instability(model, state.peak);
  return {floor + skeleton + hills, floor + mean + hills, variance};
}

// The law after steps[0], steps[1], ... updates (ascending), lrs[s] and weight_decays[s] being those of update s.
inline std::vector<LossMoments> law(Model model, const std::vector<double>& lrs,
                                    const std::vector<double>& weight_decays, const Noise& noise,
                                    const std::vector<std::size_t>& steps) {
  LawState state{0, first_norm(model), std::vector<double>(model.hills.size(), 0.0),
                 std::vector<double>(model.hills.size(), 0.0)};
  std::vector<LossMoments> out;
  std::size_t done = 0;
  for (const std::size_t step : steps) {
    for (; done < step; ++done) {
      model.weight_decay = weight_decays[done];
      update(state, model, noise, lrs[done]);
    }
    out.push_back(loss_of(state, model, noise));
  }
  return out;
}

// The same where every update has the model's weight decay.
inline std::vector<LossMoments> law(const Model& model, const std::vector<double>& lrs, const Noise& noise,
                                    const std::vector<std::size_t>& steps) {
  return law(model, lrs, std::vector<double>(lrs.size(), model.weight_decay), noise, steps);
}

}  // namespace losscast::reference
