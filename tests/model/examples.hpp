// Every registered model with parameters like those of real runs, and its reference.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <memory>
#include <ostream>
#include <string>
#include <vector>

#include "losscast/model/model.hpp"
#include "losscast/schedule/families.hpp"
#include "tests/model/model_test_name.hpp"
#include "tests/reference/reference_law.hpp"
#include "tests/reference/reference_model.hpp"

namespace losscast {

// How GoogleTest shows a model in the names of tests.
inline void PrintTo(const SdeModel* model, std::ostream* out) { *out << model->name(); }

}  // namespace losscast

namespace losscast::test {

inline constexpr double kRefLr = 3e-4;
inline constexpr double kWeightDecay = 0.1;
// A horizon of 3,333 steps: clock time is LR x steps.
inline constexpr Reference kReference{kRefLr, 1 / kRefLr, kWeightDecay, 0};

// Parameters of a fit to runs of 100M parameters; of a model that is not known here, what its registry suggests.
inline std::vector<double> example_parameters(const SdeModel& model) {
  std::vector<double> out;
  for (const ModelParameter& parameter : model.parameters()) {
    if (parameter.name == "L0") {
      out.push_back(2.706);
    } else if (parameter.name == "A") {
      out.push_back(0.8201);
    } else if (parameter.name == "alpha") {
      out.push_back(0.6538);
    } else if (parameter.name == "B") {
      out.push_back(0.1374);
    } else if (parameter.name == "k_max") {
      out.push_back(500.0);
    } else if (parameter.name == "n0") {
      out.push_back(0.0821);
    } else if (parameter.name == "q") {
      out.push_back(0.9);
    } else if (parameter.name == "c") {
      out.push_back(0.4);
    } else if (parameter.name == "x_s") {
      out.push_back(0.1);
    } else if (parameter.name == "limit") {
      out.push_back(4.0);
    } else if (parameter.name == "C") {
      out.push_back(94.9);
    } else if (parameter.name == "lambda_max") {
      out.push_back(316.0);
    } else if (parameter.starts) {
      out.push_back(std::sqrt((*parameter.starts)[0] * (*parameter.starts)[1]));
    } else {
      out.push_back(std::sqrt(std::max(parameter.lower, 1e-3) * parameter.upper));
    }
  }
  return out;
}

// Parameters that differ from draw to draw by up to `spread`, relatively; the same in every run.
inline std::vector<std::vector<double>> example_draws(const SdeModel& model, int count, double spread = 0.03) {
  std::vector<std::vector<double>> draws;
  for (int d = 0; d < count; ++d) {
    std::vector<double> draw = example_parameters(model);
    for (std::size_t p = 0; p < draw.size(); ++p)
      draw[p] *= 1 + spread * std::sin(1.0 + 7.0 * d + 3.0 * static_cast<double>(p));
    draws.push_back(draw);
  }
  return draws;
}

// A model of the registry without a reference here is a failure: whoever adds one writes it down once more, for
// reading, in reference/reference_model.hpp.
inline reference::Model reference_of(const SdeModel& model, const std::vector<double>& p) {
  if (model.name() == "adamw") return reference::adamw(p, kRefLr, kWeightDecay);
  if (model.name() == "power") return reference::power(p[0], p[1], p[2], p[3], p[4], kRefLr);
  if (model.name() == "spectral") return reference::spectral(p[0], p[1], p[2], p[3], p[4], kRefLr);
  ADD_FAILURE() << "model " << model.name() << " has no reference in tests/reference/reference_model.hpp";
  return reference::adamw({p[0], 1, 1, 1, 10, 1, 1, 0, 0, 4}, kRefLr, kWeightDecay);
}

inline reference::Model reference_of(const SdeModel& model) { return reference_of(model, example_parameters(model)); }

// What makes public runs differ, as docs/models.md gives it.
inline PathNoise example_noise() {
  PathNoise noise;
  noise.river = 0.01f;
  noise.four_over_d = 4.0f / 3650;
  noise.startup_shift = 0.02f;
  noise.run_offset = 0.001f;
  return noise;
}

inline reference::Noise reference_of(const PathNoise& noise) {
  reference::Noise out;
  out.startup_shift = static_cast<double>(noise.startup_shift);
  out.river = static_cast<double>(noise.river);
  out.hill_dimensions = noise.four_over_d > 0 ? 4 / static_cast<double>(noise.four_over_d) : 0;
  out.run_offset = static_cast<double>(noise.run_offset);
  return out;
}

// The published runs' warm-up, plateau and exponential cool-down, scaled to a length.
inline Schedule wsd(Step total_steps, double peak_lr = 3e-4) {
  const auto total = static_cast<double>(total_steps);
  return make_schedule({{{"family", "wsd"},
                         {"peak_lr", peak_lr},
                         {"warmup_steps", std::floor(0.09 * total)},
                         {"decay_start", std::floor(total * 20 / 24)},
                         {"shape", "exponential"},
                         {"final_lr", peak_lr / 10},
                         {"total_steps", total}}});
}

inline Schedule cosine(Step total_steps, double peak_lr = 3e-4) {
  const auto total = static_cast<double>(total_steps);
  return make_schedule({{{"family", "cosine"},
                         {"peak_lr", peak_lr},
                         {"warmup_steps", std::floor(0.09 * total)},
                         {"final_lr", peak_lr / 10},
                         {"total_steps", total}}});
}

// A plateau that falls to a lower one halfway, at once.
inline Schedule two_stage(Step total_steps, double peak_lr = 3e-4) {
  const auto total = static_cast<double>(total_steps);
  return make_schedule({{{"family", "two-stage"},
                         {"peak_lr", peak_lr},
                         {"warmup_steps", std::floor(0.09 * total)},
                         {"decay_start", std::floor(0.5 * total)},
                         {"final_lr", 0.3 * peak_lr},
                         {"total_steps", total}}});
}

inline Schedule constant(Step total_steps, double lr = 3e-4) {
  return make_schedule({{{"family", "constant"}, {"peak_lr", lr}, {"total_steps", static_cast<double>(total_steps)}}});
}

// A schedule given LR by LR.
inline Schedule table(std::vector<double> lrs) {
  const auto steps = static_cast<Step>(lrs.size());
  Segment segment;
  segment.end = steps;
  segment.shape = Shape::table;
  segment.table = std::make_shared<const std::vector<double>>(std::move(lrs));
  return Schedule({segment});
}

inline std::vector<double> lrs_of(const Recipe& recipe) {
  std::vector<double> lrs(static_cast<std::size_t>(recipe.total_steps()));
  recipe.schedule.fill(0, lrs);
  return lrs;
}

// Edges of blocks of m steps.
inline std::vector<Step> edges_of(Step m, Step end) {
  std::vector<Step> edges;
  for (Step s = 0; s < end; s += m) edges.push_back(s);
  edges.push_back(end);
  return edges;
}

inline BlockTable blocks_of(const SdeModel& model, const Recipe& recipe, Step m) {
  return make_block_table(recipe, model.effective_lr(), kReference, kWeightDecay, edges_of(m, recipe.total_steps()));
}

}  // namespace losscast::test
