// Means of a law over many steps, as logs hold them, by the law at a few of these steps.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "losscast/schedule/recipe.hpp"

namespace losscast {

// The steps after < s <= until. A loss measured at step s is of {s - 1, s}.
struct StepRange {
  Step after, until;
};

// What a measured value is a mean of: ascending ranges of steps, each of the same weight, however long it is.
using MeanOf = std::vector<StepRange>;

// Means of the law as sums: mean i has the terms ends[i - 1] ... ends[i] - 1, or from 0 for the first.
struct LawMeans {
  struct Term {
    std::size_t place;  // in `steps`
    double weight;
  };
  std::vector<Step> steps;  // at which the law is needed, ascending
  std::vector<Term> terms;
  std::vector<std::size_t> ends;

  bool empty() const { return ends.empty(); }

  // The means of `columns` quantities, values[place * columns + column], of which the law may be one and its
  // derivatives others.
  void average(std::span<const double> values, std::size_t columns, std::span<double> means) const;
};

// Quadrature with errors below 1e-5 nats (docs/models.md). Between the borders of the schedule the law is smooth,
// though after each it may change within a few updates: a mean is taken in parts that end at borders and are no longer
// than half their distance from the one before, and in each part by one to three steps whose weights give the first
// moments of the steps it is over.
LawMeans law_means(std::span<const MeanOf> means, std::span<const Step> borders);

// Where the law may change abruptly: the borders of the recipe's segments (breakpoints()) and, where LRs are given one
// by one, the updates before which the LR jumps by a fiftieth of its peak.
std::vector<Step> law_borders(const Recipe& recipe);

}  // namespace losscast
