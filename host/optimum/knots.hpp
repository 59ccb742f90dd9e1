// A run's LRs as straight lines between knots.
#pragma once

#include <span>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

class Knots {
 public:
  // About `count` knots from step `begin` to step `end` - 1, both included, denser towards both; one a step if there
  // are as many as steps. Preconditions: begin < end, count >= 2.
  Knots(Step begin, Step end, std::size_t count);

  std::size_t size() const { return steps_.size(); }

  // Share of the steps that each knot stands for.
  const std::vector<double>& weights() const { return weights_; }

  // The values at the knots, of values that are given for all steps of the run.
  std::vector<double> sample(std::span<const double> of_steps) const;

  // The lines through the knots' values, at all steps from `begin` on.
  void draw(std::span<const double> of_knots, std::span<double> of_steps) const;

  // The derivatives by the knots' values, from those by the steps'.
  std::vector<double> pull_back(std::span<const double> of_steps) const;

 private:
  // Calls work(knot, step, weight of the knot, that of the next one).
  template <class Work>
  void for_each_step(const Work& work) const;

  std::vector<std::size_t> steps_;
  std::vector<double> weights_;
};

}  // namespace losscast
