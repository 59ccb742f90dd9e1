// The laws of all draws at the steps of one run.
#pragma once

#include <Eigen/Core>
#include <vector>

#include "fit/run_discrepancy.hpp"
#include "fit/run_laws.hpp"

namespace losscast {

class RunPlaces {
 public:
  // Steps in any order, at least 1.
  RunPlaces(const LossSde& sde, const Recipe& recipe, std::vector<Step> steps, int threads);

  const std::vector<Step>& steps() const { return laws_.steps; }  // ascending, each once
  // Of one of the steps: its place, and the expected loss of each draw [nats].
  LawPlace place(Step step) const;
  Eigen::RowVectorXd means(Step step) const;

 private:
  std::size_t index(Step step) const;

  RunLaws laws_;
};

}  // namespace losscast
