// The training curves as the fit sees them: usable points, and the class 1 coefficients between them.
#pragma once

#include <span>
#include <vector>

#include "losscast/fit/curve.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

// A run cut into blocks, with numbers of the blocks after which the steps asked for are reached.
struct CompressedRun {
  BlockTable table;
  std::vector<int> after;
};

// Blocks of at most kFitBlock updates, nearly equal between the borders of the schedule's segments, the changes of the
// weight decay and the steps asked for: the law at those steps is then within 6e-6 nats of the update-by-update
// recursion (docs/reproduce.md).
inline constexpr Step kFitBlock = 32;
CompressedRun compress(const SdeModel& model, const Recipe& recipe, double ref_lr, double weight_decay,
                       std::span<const Step> steps);

struct Observations {
  const Curve* curve;
  std::vector<Step> steps;
  std::vector<double> losses;
  CompressedRun run;
};

// Points at or after the end of the warm-up, of each curve.
std::vector<Observations> observe(std::span<const Curve> curves, const SdeModel& model, double ref_lr);

}  // namespace losscast
