// One path by plain Euler-Maruyama, block by block.
//
// A block's clock time is ref sum y_s / sqrt(n), with y_s = (eta_s / ref)^p over its updates s. The level of the
// effective LR in it is the average of y_s^q over that clock time, over n^(q/2). The weight norm n is that at the
// block's middle: before its middle update, or, if there are two, the mean of before one and before the other.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "tests/reference/reference_model.hpp"

namespace losscast::reference {

// What is drawn once for a path.
struct PathStart {
  double startup_shift = 0;  // u(0) [LR x steps]
  double run_offset = 0;     // [nats]
};

// Blocks of m updates, the last perhaps shorter: the first update of each block, and the end.
inline std::vector<std::size_t> blocks_of(std::size_t m, std::size_t end) {
  std::vector<std::size_t> edges;
  for (std::size_t s = 0; s < end; s += m) edges.push_back(s);
  edges.push_back(end);
  return edges;
}

// The loss after each block. Block b covers the updates edges[b] <= s < edges[b + 1] and takes the standard normals
// normals[b (K + 1)] for the river and normals[b (K + 1) + 1 + j] for hill j of K.
inline std::vector<double> path(const Model& model, const std::vector<double>& lrs,
                                const std::vector<std::size_t>& edges, const std::vector<double>& normals,
                                const Noise& noise, const PathStart& start = {}) {
  const std::size_t hill_count = model.hills.size();
  std::vector<double> norms = {first_norm(model)};  // before each update
  for (const double eta : lrs) norms.push_back(next_norm(model, eta, norms.back()));

  double u = start.startup_shift;
  std::vector<double> hills(hill_count, 0.0);
  std::vector<double> losses;
  for (std::size_t b = 0; b + 1 < edges.size(); ++b) {
    double sum = 0, level_sum = 0;
    for (std::size_t s = edges[b]; s < edges[b + 1]; ++s) {
      const double y = std::pow(lrs[s] / model.ref_lr, model.lr_power);
      sum += y;
      level_sum += y * std::pow(y, model.level_power);
    }
    const std::size_t length = edges[b + 1] - edges[b];
    const double norm = (norms[edges[b] + (length - 1) / 2] + norms[edges[b] + length / 2]) / 2;
    const double dtau = model.ref_lr * sum / std::sqrt(norm);
    const double level = sum > 0 ? level_sum / sum * std::pow(norm, -model.level_power / 2) : 0;

    const double* z = &normals[b * (hill_count + 1)];
    u += dtau + noise.river * std::sqrt(dtau) * z[0];
    double loss = model.floor + model.signal(u) + start.run_offset;
    for (std::size_t j = 0; j < hill_count; ++j) {
      const double k = model.hills[j].rate, l = model.hills[j].level * level;
      const double v = std::max(hills[j], 0.0);  // full truncation: only the state itself may be negative
      const double diffusion = noise.hill_dimensions > 0 ? 2 * std::sqrt(k * l * v / noise.hill_dimensions) : 0;
      hills[j] += k * (l - v) * dtau + diffusion * std::sqrt(dtau) * z[1 + j];
      loss += hills[j];
    }
    losses.push_back(loss);
  }
  return losses;
}

}  // namespace losscast::reference
