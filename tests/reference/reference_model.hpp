// The models, written down for reading: doubles, plain loops, the C++ mathematical library. Only tests use them, and
// they share no code with the library that they judge.
#pragma once

#include <algorithm>
#include <cmath>
#include <functional>
#include <vector>

namespace losscast::reference {

struct Hill {
  double rate;   // k_j [1 / (LR x steps)]
  double level;  // l_j, mean at x = 1 [nats]
};

// loss = floor + signal(u) + sum of hills. Effective LR: x = (eta / ref)^lr_power / sqrt(n), with n = 1 where
// there is no weight norm, else n' = n + 2 weight_decay eta (eta / ref - n) each update, n(0) = norm0.
struct Model {
  enum class WeightNorm { none, adamw };
  double floor;                          // [nats]
  std::function<double(double)> signal;  // of the clock u [LR x steps], in nats
  std::vector<Hill> hills;
  double ref_lr;
  double lr_power;
  double level_power;  // the hills' levels go as x^level_power
  WeightNorm weight_norm = WeightNorm::none;
  double weight_decay = 0;
  double norm0 = 1;
};

// What makes runs differ. Zero switches a source off.
struct Noise {
  double startup_shift = 0;    // standard deviation of u(0) [LR x steps]
  double river = 0;            // s_u: du = dtau + s_u dW
  double hill_dimensions = 0;  // d of every hill; 0 stands for infinity
  double run_offset = 0;       // standard deviation [nats]
};

// A power of u needs u > 0: below this value u counts as this value.
inline double floored(double u) { return std::max(u, static_cast<double>(1e-3f)); }

inline double effective_lr(const Model& model, double eta, double norm) {
  return std::pow(eta / model.ref_lr, model.lr_power) / std::sqrt(norm);
}

// The squared weight norm after an update at LR eta.
inline double next_norm(const Model& model, double eta, double norm) {
  if (model.weight_norm == Model::WeightNorm::none) return 1;
  return norm + 2 * model.weight_decay * eta * (eta / model.ref_lr - norm);
}

inline double first_norm(const Model& model) { return model.weight_norm == Model::WeightNorm::none ? 1 : model.norm0; }

// 8 hills of equal weight, rates log-spaced from k_min to k_max, both included. The robust variant has k_min = 1 and
// q = 0.75.
inline Model adamw(double floor, double amplitude, double alpha, double b, double k_max, double n0, double ref_lr,
                   double weight_decay, double k_min = 0.3, double q = 0.85) {
  std::vector<Hill> hills;
  for (int j = 0; j < 8; ++j) hills.push_back({k_min * std::pow(k_max / k_min, j / 7.0), b / 8});
  const auto river = [=](double u) { return amplitude * std::pow(floored(u), -alpha); };
  return {floor, river, hills, ref_lr, 1.0, q, Model::WeightNorm::adamw, weight_decay, n0};
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

// 32 modes of rates lambda_j, log-spaced by D from 0.003 to 8 lambda_max. Signal A sum_j b_j e^(-lambda_j u) with
// b_j = lambda_j^alpha D / Gamma(alpha); hill j has the level B c_j, c_j ~ (lambda_j / lambda_max)^alpha
// e^(-lambda_j / lambda_max), sum 1.
inline Model spectral(double floor, double amplitude, double alpha, double b, double lambda_max, double ref_lr) {
  const double spacing = std::log(8 * lambda_max / 0.003) / 31;
  std::vector<Hill> hills;
  double total = 0;
  for (int j = 0; j < 32; ++j) {
    const double lambda = 0.003 * std::exp(j * spacing);
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
