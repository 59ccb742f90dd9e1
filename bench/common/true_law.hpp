// Laws from the priors of `adamw`, and runs of one that differ from it by a known discrepancy: what a fit is to find.
#pragma once

#include <string>
#include <vector>

#include "bench/common/normals.hpp"
#include "losscast/fit/curve.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/model/model.hpp"
#include "losscast/schedule/arguments.hpp"

namespace losscast::bench {

// Peaks of the training runs, their updates, and the steps between two logged points.
inline constexpr double kHighest = 2e-3, kMiddle = 1e-3, kLowest = 5e-4;
inline constexpr Step kSteps = 12'000, kLogEvery = 150;

// Of these families: constant, cosine down to a tenth of the peak, wsd with a fifth to cool down. Warm-up: 500 updates.
Arguments schedule_of(const char* family, double peak_lr, Step steps);
Recipe recipe_of(const char* family, double peak_lr, Step steps);

// A fit without draws of a law from the priors.
Fit truth_of(const SdeModel& model, Normals& normal);

// A run of the law. It differs from it by an offset and a process along the run, of 1.8e-3 nats each; its points have
// a noise of 3e-4 nats.
struct LawRun {
  Curve curve;
  std::vector<double> losses;  // at the points, without their noise [nats]
};
LawRun run_of(const Fit& truth, const std::string& name, const Recipe& recipe, Normals& normal,
              Step log_every = kLogEvery);

// Constant at three peaks, a cosine and a WSD run at the middle one, each of kSteps updates.
std::vector<Curve> training_runs(const Fit& truth, Normals& normal);

}  // namespace losscast::bench
