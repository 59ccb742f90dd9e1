// One path by plain Euler-Maruyama, block by block.
//
// A block's clock time is sum y_s^p / horizon times n^-clock_power for hills and n^-1/2 for the river, with y_s = eta_s
// / ref over its updates s. The level in it is the average of y_s^(p Q) over that clock time, Q being table_power,
// times the factor by which another power q changes its typical y, n^(-level_norm_power q). The weight norm n is that
// halfway through the block: the mean of before and after its middle update, if they are odd in number. The river's
// share is the mean of that at two LRs: the mean of y over the clock time, less and plus its standard deviation.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

#include "tests/reference/reference_model.hpp"

namespace losscast::reference {

// What is drawn once for a path.
struct PathStart {
  double startup_shift = 0;  // u(0) [horizons]
  double run_offset = 0;     // [nats]
};

// Blocks of m updates, the last perhaps shorter: the first update of each block, and the end.
inline std::vector<std::size_t> blocks_of(std::size_t m, std::size_t end) {
  std::vector<std::size_t> edges;
  for (std::size_t s = 0; s < end; s += m) edges.push_back(s);
  edges.push_back(end);
  return edges;
}

// What a block does: clock time of hills and river, mean level and half the level's rise through the block.
struct BlockDrive {
  double dtau, river, level, rise;
};

// Integrals of the updates' values over t, which runs from -1 to 1 through the block's clock time.
struct ClockIntegrals {
  double total = 0, level = 0, moment = 0, log_level = 0, lr = 0, squared_lr = 0;

  ClockIntegrals(const Model& model, const std::vector<double>& lrs, std::size_t begin, std::size_t end) {
    for (std::size_t s = begin; s < end; ++s) total += std::pow(lrs[s] / model.ref_lr, model.lr_power);
    double done = 0;
    for (std::size_t s = begin; s < end; ++s) {
      const double y = lrs[s] / model.ref_lr, time = std::pow(y, model.lr_power);
      if (time == 0) continue;
      const double value = std::pow(time, model.table_power);
      const double from = -1 + 2 * done / total, to = -1 + 2 * (done + time) / total;
      level += value * (to - from);
      moment += value * (to * to - from * from) / 2;
      log_level += value * std::log(time) * (to - from);
      lr += y * (to - from) / 2;
      squared_lr += y * y * (to - from) / 2;
      done += time;
    }
  }
};

inline BlockDrive drive_of(const Model& model, const std::vector<double>& lrs, const std::vector<double>& norms,
                           std::size_t begin, std::size_t end) {
  const ClockIntegrals of(model, lrs, begin, end);
  if (of.total == 0) return {0, 0, 0, 0};
  const std::size_t length = end - begin;
  const double norm = (norms[begin + length / 2] + norms[begin + (length + 1) / 2]) / 2;
  const double norm_rise = length > 1 ? (norms[end] - norms[begin]) / 2 : 0;
  const double q = model.level_power, batch = std::pow(model.squared_batch, -model.batch_power);
  const double scale =
      batch * std::exp((q - model.table_power) * of.log_level / of.level) * std::pow(norm, -model.level_norm_power * q);
  const double mean = of.level / 2, half_rise = of.moment * 3 / 2;
  const double rise = q / model.table_power * half_rise - model.level_norm_power * q * mean * norm_rise / norm;
  const double time = std::sqrt(model.squared_batch) * of.total / model.horizon;
  const double deviation = std::sqrt(std::max(0.0, of.squared_lr - of.lr * of.lr));
  const double share =
      (river_share(model, std::max(of.lr - deviation, 1e-30), norm) + river_share(model, of.lr + deviation, norm)) / 2;
  return {time * std::pow(norm, -model.clock_power), time / std::sqrt(norm) * share, scale * mean,
          model.weight_norm == Model::WeightNorm::none ? half_rise : scale * rise};
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
  double peak = 0;  // so far
  for (std::size_t b = 0; b + 1 < edges.size(); ++b) {
    const auto [dtau, river, level, rise] = drive_of(model, lrs, norms, edges[b], edges[b + 1]);
    const double* z = &normals[b * (hill_count + 1)];
    u += river + noise.river * std::sqrt(river) * z[0];
    for (std::size_t s = edges[b]; s < edges[b + 1]; ++s) peak = std::max(peak, strained(model, lrs[s], s));
    double loss =
        model.floor + bias(model) + instability(model, peak / model.ref_lr) + model.signal(u) + start.run_offset;
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
