// The models, written down for reading: doubles, plain loops, the C++ mathematical library. Only tests use them, and
// they share no code with the library that they judge.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace losscast::reference {

struct Hill {
  double rate;   // k_j [1 / horizon]
  double level;  // l_j, mean at x = 1 [nats]
};

// loss = floor + signal(u) + sum of hills. With y = eta / ref_lr, and w and s^2 the weight decay and the batch size
// over the reference's, an update takes
//
// - the norm n, where there is one, to n' = tau + (n - tau) exp(-2 weight decay x eta), tau = y w^-norm_decay, n(0) =
//   norm0; let n be (n + n') / 2 below, or 1
// - the hills' clock on by s y^lr_power n^-clock_power / horizon
// - the river's clock u on by s x / horizon, x = y^lr_power / sqrt(n), times 1 / (1 + (saturation y
// w^saturation_decay)^1.5) times x / (x + slowness)
// - the loss from then on to decay_bias w^2 higher, and by 0.6 (1 - exp(-0.13 (ln y / limit)^2 / 0.6)) where the
// highest y so far
//   is beyond the limit
// - the hills towards their level times (y^lr_power n^-level_norm_power)^level_power s^(-2 batch_power)
struct Model {
  enum class WeightNorm { none, adamw };
  double floor;                          // [nats]
  std::function<double(double)> signal;  // of the river's clock u [horizons], in nats
  std::vector<Hill> hills;
  double ref_lr;
  double lr_power;
  double level_power;
  WeightNorm weight_norm = WeightNorm::none;
  double weight_decay = 0;  // of the updates
  double norm0 = 1;
  double horizon = 1 / 3e-4;  // [steps]
  double table_power = 1;     // the power q for which levels are averaged over blocks
  double clock_power = 0.5, level_norm_power = 0.5;
  double saturation = 0;
  double slowness = 0;
  double ref_weight_decay = 0.1, norm_decay = 1, saturation_decay = 0, decay_bias = 0;  // [nats]
  double squared_batch = 1, batch_power = 0.5;                                          // s^2
  double limit = 0;                         // of stability [ref_lr]; 0: there is none
  double limit_power = 0, limit_steps = 1;  // how it grows along a run
};

// What makes runs differ. Zero switches a source off.
struct Noise {
  double startup_shift = 0;    // standard deviation of u(0) [horizons]
  double river = 0;            // s_u: du = dtau + s_u dW
  double hill_dimensions = 0;  // d of every hill; 0 stands for infinity
  double run_offset = 0;       // standard deviation [nats]
};

// A power of u needs u > 0: below this value u counts as this value.
inline double floored(double u) { return std::max(u, static_cast<double>(1e-3f)); }

inline double effective_lr(const Model& model, double eta, double norm) {
  return std::pow(eta / model.ref_lr, model.lr_power) / std::sqrt(norm);
}

// The clock times of hills and river that an update takes, but for the river's share.
inline double hill_time(const Model& model, double eta, double norm) {
  return std::sqrt(model.squared_batch) * std::pow(eta / model.ref_lr, model.lr_power) *
         std::pow(norm, -model.clock_power) / model.horizon;
}
inline double river_time(const Model& model, double eta, double norm) {
  return std::sqrt(model.squared_batch) * effective_lr(model, eta, norm) / model.horizon;
}

// The squared weight norm after an update at LR eta.
inline double next_norm(const Model& model, double eta, double norm) {
  if (model.weight_norm == Model::WeightNorm::none) return 1;
  if (model.weight_decay == 0) return norm;
  const double tau = eta / model.ref_lr * std::pow(model.weight_decay / model.ref_weight_decay, -model.norm_decay);
  return tau + (norm - tau) * std::exp(-2 * model.weight_decay * eta);
}

// The share of an update that counts for the river's clock, at y = eta / ref_lr.
inline double river_share(const Model& model, double y, double norm) {
  if (model.weight_norm == Model::WeightNorm::none) return 1;
  const double w = model.weight_decay / model.ref_weight_decay;
  const double saturated = 1 / (1 + std::pow(model.saturation * y * std::pow(w, model.saturation_decay), 1.5));
  const double x = std::pow(y, model.lr_power) / std::sqrt(norm);
  return model.slowness > 0 ? saturated * x / (x + model.slowness) : saturated;
}

// What weight decay adds to the loss [nats].
inline double bias(const Model& model) {
  const double w = model.weight_decay / model.ref_weight_decay;
  return model.decay_bias * w * w;
}

// The LR of update s as the limit of stability sees it.
inline double strained(const Model& model, double lr, std::size_t s) {
  return lr * std::pow(model.limit_steps / static_cast<double>(s + 1), model.limit_power);
}

// What the highest strained y = eta / ref_lr so far adds [nats].
inline double instability(const Model& model, double y) {
  if (model.limit == 0 || y < model.limit) return 0;
  return 0.6 * (1 - std::exp(-0.13 / 0.6 * std::pow(std::log(y / model.limit), 2)));
}

inline double first_norm(const Model& model) { return model.weight_norm == Model::WeightNorm::none ? 1 : model.norm0; }

// 8 hills of equal weight, rates log-spaced from 2.5 a horizon to k_max, both included. Parameters: L0, A, alpha, B,
// k_max, n0, q, c, x_s, limit.
inline Model adamw(const std::vector<double>& parameters, double ref_lr, double weight_decay) {
  const double amplitude = parameters[1], alpha = parameters[2];
  std::vector<Hill> hills;
  for (int j = 0; j < 8; ++j) hills.push_back({2.5 * std::pow(parameters[4] / 2.5, j / 7.0), parameters[3] / 8});
  Model model{parameters[0],
              [=](double u) { return amplitude * std::pow(floored(u), -alpha); },
              hills,
              ref_lr,
              1.0,
              parameters[6],
              Model::WeightNorm::adamw,
              weight_decay,
              parameters[5]};
  model.table_power = 0.87;
  model.clock_power = 0.6;
  model.level_norm_power = 0.62;
  model.saturation = parameters[7];
  model.slowness = parameters[8];
  model.ref_weight_decay = weight_decay;
  model.norm_decay = 0.6;
  model.saturation_decay = 0.35;
  model.decay_bias = 6e-4;
  model.batch_power = 0.4;
  model.limit = parameters[9];
  return model;
}

// Hills of rates C y with y ~ Exp(1): an integral over ln y from 0.003 to 6 at 6 equidistant nodes, weights y e^-y
// normalised to sum 1.
inline Model power(double floor, double amplitude, double alpha, double b, double c, double ref_lr) {
  std::vector<double> nodes, weights;
  double total = 0;
  for (int j = 0; j < 6; ++j) {
    const double y = 0.003 * std::pow(6.0 / 0.003, j / 5.0);
    nodes.push_back(y);
    weights.push_back(y * std::exp(-y));
    total += weights.back();
  }
  std::vector<Hill> hills;
  for (int j = 0; j < 6; ++j) hills.push_back({c * nodes[j], b * weights[j] / total});
  const auto river = [=](double u) { return amplitude * std::pow(floored(u), -alpha); };
  return {floor, river, hills, ref_lr, 0.75, 1.0};
}

// 32 modes of rates lambda_j, log-spaced by D from 0.02 to 8 lambda_max. Signal A sum_j b_j e^(-lambda_j u) with
// b_j = lambda_j^alpha D / Gamma(alpha); hill j has the level B c_j, c_j ~ (lambda_j / lambda_max)^alpha
// e^(-lambda_j / lambda_max), sum 1.
inline Model spectral(double floor, double amplitude, double alpha, double b, double lambda_max, double ref_lr) {
  const double spacing = std::log(8 * lambda_max / 0.02) / 31;
  std::vector<Hill> hills;
  double total = 0;
  for (int j = 0; j < 32; ++j) {
    const double lambda = 0.02 * std::exp(j * spacing);
    hills.push_back({lambda, std::pow(lambda / lambda_max, alpha) * std::exp(-lambda / lambda_max)});
    total += hills.back().level;
  }
  for (Hill& hill : hills) hill.level *= b / total;
  const auto signal = [=](double u) {
    double sum = 0;
    for (const Hill& hill : hills) sum += std::pow(hill.rate, alpha) * std::exp(-hill.rate * floored(u));
    return amplitude * spacing / std::tgamma(alpha) * sum;
  };
  return {floor, signal, hills, ref_lr, 0.75, 1.0};
}

}  // namespace losscast::reference
