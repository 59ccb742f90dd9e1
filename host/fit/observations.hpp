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

// Blocks of at most `longest` updates, nearly equal between the borders of the schedule's segments, the changes of
// weight decay and batch size, and the steps asked for: with kFitBlock the law at those steps is then within 8e-6 nats
// of the update-by-update recursion (docs/reproduce.md).
inline constexpr Step kFitBlock = 32;
CompressedRun compress(const SdeModel& model, const Recipe& recipe, const Reference& reference, double weight_decay,
                       std::span<const Step> steps, Step longest = kFitBlock);

struct Observations {
  const Curve* curve;
  std::vector<Step> steps;
  std::vector<double> losses;
  CompressedRun run;
};

// The first step of a curve that may be fitted: its own steps_from, or else the end of its warm-up.
Step first_usable_step(const Curve& curve);

// Where a fit starts at first: there, or, where steps_from says nothing, after 4.5% of the rest of what was logged.
// Before that the loss of many a run obeys no law of the schedule yet.
Step first_fitted_step(const Curve& curve);

// The points of a curve from a step on. Throws InputError, with the curve's name, if its recipe has a change that the
// model does not follow.
Observations observe(const Curve& curve, Step first, const SdeModel& model, const Reference& reference);

}  // namespace losscast
