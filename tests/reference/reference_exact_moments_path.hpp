// One path by the scheme `exact-moments`, block by block, in double precision: each hill moves to its exact conditional
// mean and variance at one level, in Gaussian shape.
//
// The level of a block follows from y_s^q over its clock time (pieces of constant value) by least squares: a line
// m + h t, t from -1 to 1. The norm n, that of the block's middle, changes from end to end by 2 dn; to first order
// x^q = y^q n^(-q/2) then has the line's values m n^(-q/2) and h n^(-q/2) - q/2 m n^(-q/2) dn / n. A hill of rate k is
// at the end where the constant level m + h L(k dtau / 2), or 0 if that is negative, would bring it, L(y) = coth y -
// 1/y.
#pragma once

#include "tests/reference/reference_path.hpp"

namespace losscast::reference {

inline double langevin(double y) {
  if (y < 0.01) return y / 3 - y * y * y / 45 + 2 * y * y * y * y * y / 945;
  return 1 / std::tanh(y) - 1 / y;
}

// What a block does: clock time, mean level and half the level's rise.
struct BlockDrive {
  double dtau, level, rise;
};

inline BlockDrive drive_of(const Model& model, const std::vector<double>& lrs, const std::vector<double>& norms,
                           std::size_t begin, std::size_t end) {
  double total = 0;
  for (std::size_t s = begin; s < end; ++s) total += std::pow(lrs[s] / model.ref_lr, model.lr_power);
  if (total == 0) return {0, 0, 0};
  // Integrals of value and of value x t over t from -1 to 1, piece by piece.
  double value_integral = 0, moment_integral = 0, done = 0;
  for (std::size_t s = begin; s < end; ++s) {
    const double y = std::pow(lrs[s] / model.ref_lr, model.lr_power), value = std::pow(y, model.level_power);
    const double from = -1 + 2 * done / total, to = -1 + 2 * (done + y) / total;
    value_integral += value * (to - from);
    moment_integral += value * (to * to - from * from) / 2;
    done += y;
  }
  const double mean = value_integral / 2, half_rise = moment_integral * 3 / 2;
  const std::size_t length = end - begin;
  const double norm = (norms[begin + (length - 1) / 2] + norms[begin + length / 2]) / 2;
  const double norm_rise = length > 1 ? (norms[end] - norms[begin]) / 2 : 0;
  const double scale = std::pow(norm, -model.level_power / 2);
  return {model.ref_lr * total / std::sqrt(norm), mean * scale,
          scale * (half_rise - model.level_power / 2 * mean * norm_rise / norm)};
}

// Arguments and result as of path().
inline std::vector<double> exact_moments_path(const Model& model, const std::vector<double>& lrs,
                                              const std::vector<std::size_t>& edges, const std::vector<double>& normals,
                                              const Noise& noise, const PathStart& start = {}) {
  const std::size_t hill_count = model.hills.size();
  std::vector<double> norms = {first_norm(model)};  // before each update
  for (const double eta : lrs) norms.push_back(next_norm(model, eta, norms.back()));

  double u = start.startup_shift;
  std::vector<double> hills(hill_count, 0.0);
  std::vector<double> losses;
  for (std::size_t b = 0; b + 1 < edges.size(); ++b) {
    const BlockDrive drive = drive_of(model, lrs, norms, edges[b], edges[b + 1]);
    const double* z = &normals[b * (hill_count + 1)];
    u += drive.dtau + noise.river * std::sqrt(drive.dtau) * z[0];
    double loss = model.floor + model.signal(u) + start.run_offset;
    for (std::size_t j = 0; j < hill_count; ++j) {
      const double k_dtau = model.hills[j].rate * drive.dtau, decay = std::exp(-k_dtau);
      const double level = model.hills[j].level * std::max(0.0, drive.level + drive.rise * langevin(k_dtau / 2));
      const double v = std::max(hills[j], 0.0);
      const double unit = noise.hill_dimensions > 0 ? 4 * level / noise.hill_dimensions : 0;
      const double variance = unit * (v * (decay - decay * decay) + level * (1 - decay) * (1 - decay) / 2);
      hills[j] += (1 - decay) * (level - v) + std::sqrt(variance) * z[1 + j];
      loss += hills[j];
    }
    losses.push_back(loss);
  }
  return losses;
}

}  // namespace losscast::reference
