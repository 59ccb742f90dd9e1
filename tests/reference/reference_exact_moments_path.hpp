// One path by the scheme `exact-moments`, block by block, in double precision: each hill moves to its exact conditional
// mean and variance at one level, in Gaussian shape.
//
// The level of a block is a line m + h t through it, t from -1 to 1: that of the LRs by least squares over its clock
// time (pieces of constant value), with the norm's change from end to end, 2 dn, to first order (reference_path.hpp). A
// hill of rate k is at the end where the constant level m + h L(k dtau / 2), or 0 if that is negative, would bring it,
// L(y) = coth y - 1/y.
#pragma once

#include "tests/reference/reference_path.hpp"

namespace losscast::reference {

inline double langevin(double y) {
  if (y < 0.01) return y / 3 - y * y * y / 45 + 2 * y * y * y * y * y / 945;
  return 1 / std::tanh(y) - 1 / y;
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
  double peak = 0;  // so far
  for (std::size_t b = 0; b + 1 < edges.size(); ++b) {
    const BlockDrive drive = drive_of(model, lrs, norms, edges[b], edges[b + 1]);
    const double* z = &normals[b * (hill_count + 1)];
    u += drive.river + noise.river * std::sqrt(drive.river) * z[0];
    for (std::size_t s = edges[b]; s < edges[b + 1]; ++s) peak = std::max(peak, strained(model, lrs[s], s));
    double loss =
        model.floor + bias(model) + instability(model, peak / model.ref_lr) + model.signal(u) + start.run_offset;
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
