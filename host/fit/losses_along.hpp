// The loss of one run at several of its steps, and how it changes between them: mixtures of normals over the draws.
#pragma once

#include <vector>

#include "fit/run_discrepancy.hpp"
#include "fit/run_laws.hpp"
#include "fit/weighted_normals.hpp"
#include "losscast/fit/end_law.hpp"

namespace losscast {

class LossesAlong {
 public:
  // Over about a thousand draws of `sde`. Steps in any order, within 1 ... total_steps().
  LossesAlong(const LossSde& sde, const Recipe& recipe, std::vector<Step> steps, int threads);

  const std::vector<Step>& steps() const { return laws_.steps; }  // ascending, each once
  std::size_t place(Step step) const;                             // of one of the steps
  double mean(std::size_t at) const { return laws_.means.row(static_cast<Eigen::Index>(at)).mean(); }

  WeightedNormals loss(std::size_t at) const;
  WeightedNormals change(std::size_t from, std::size_t to) const;

 private:
  LawPlace place_of(std::size_t at) const;
  double own_variance(std::size_t at) const;  // of hills, river and observation
  WeightedNormals mixture(const Eigen::RowVectorXd& means, double variance) const;

  RunLaws laws_;
  Discrepancy discrepancy_;
  double observation_;
};

LossForecast forecast_of(const WeightedNormals& mixture);

}  // namespace losscast
