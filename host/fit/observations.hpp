// The training curves as the fit sees them: usable points, and the class 1 coefficients between them.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "fit/law_means.hpp"
#include "losscast/fit/curve.hpp"
#include "losscast/model/model.hpp"

namespace losscast {

// A run cut into blocks, with numbers of the blocks after which the steps asked for are reached.
struct CompressedRun {
  BlockTable table;
  std::vector<int> after;
};

// Blocks of at most `longest` updates, or longer ones in a long run where its law is smooth (block_edges.hpp): with
// kFitBlock the law at the steps is then within 1e-5 nats of the update-by-update recursion (docs/reproduce.md).
inline constexpr Step kFitBlock = 32;
CompressedRun compress(const SdeModel& model, const Recipe& recipe, const Reference& reference, double weight_decay,
                       std::span<const Step> steps, Step longest = kFitBlock);

// What was measured of a run: losses at steps, or means of the loss over the steps until then.
struct Observations {
  const Curve* curve;
  std::vector<Step> steps;      // the last of those that a loss is the mean of
  std::vector<double> losses;   // [nats]
  CompressedRun run;            // `after` is where the steps are reached; none of in_blocks() where there are means
  std::size_t rows = 0;         // of the log, which the losses are means of
  LawMeans means = {};          // what of the law the losses are to be compared with; empty: the law at the steps
  std::vector<int> after = {};  // of means.steps
};

// The law as it would have been measured [nats], and, unless `slopes` is empty, its derivatives as
// SdeModel::skeleton() gives them.
void measured_law(const SdeModel& model, const Observations& run, std::span<const double> parameters,
                  std::span<double> values, std::span<double> slopes);

// The first step of a curve that may be fitted: its own steps_from, or else the end of its warm-up.
Step first_usable_step(const Curve& curve);

// Where a fit starts at first: there, or, where steps_from says nothing, after 4.5% of the rest of what was logged.
// Before that the loss of many a run obeys no law of the schedule yet.
Step first_fitted_step(const Curve& curve);

// The points of a curve from a step on, of means over steps those that begin there; means of them if they are many
// (dense_rows.hpp) and Curve::thinned allows it. Throws InputError, with the curve's name, if its recipe has a change
// that the model does not follow.
Observations observe(const Curve& curve, Step first, const SdeModel& model, const Reference& reference);

// The same for law_residuals() alone, in blocks of another length.
Observations in_blocks(Observations run, Step longest, const SdeModel& model, const Reference& reference);

// The means of the law that a curve's losses at these steps are to be compared with.
LawMeans means_until(const Curve& curve, std::span<const Step> steps);

// Rows of a log of many, from a step on, as they are: a few stretches of neighbours, from all of the run.
Observations some_rows(const Curve& curve, Step first, const SdeModel& model, const Reference& reference);

// The same measured values, compared with other means of the law.
Observations with_means(Observations run, LawMeans means, const SdeModel& model, const Reference& reference);

// Some of the observations, by their places, ascending and not none.
Observations chosen(Observations run, std::span<const std::size_t> places, const SdeModel& model,
                    const Reference& reference);

}  // namespace losscast
