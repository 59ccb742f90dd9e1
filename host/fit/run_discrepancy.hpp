// What a run's loss differs by from the law of its fit, and what the part seen tells of the rest.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

// One run's place in the law, without its draw: [nats].
struct LawPlace {
  Step step;
  double startup;  // deviation by the start-up shift
  double fast;     // by hills and river
};

// The discrepancy is a Gaussian process: with the deviation s(x) = s0 sqrt(1 + (0.15 / x)^4) at the share x of the run,
//   cov(x, y) = 0.1 s0^2 + 0.9 s(x) s(y) exp(-|x - y| / 0.09) + g(x) g(y),
// where s0 is the run offset of the fit's noise and g the start-up's deviation. Shares, and how it grows towards the
// start, are those of public runs left out of fits (docs/forecasting.md, section 6).
class Discrepancy {
 public:
  Discrepancy(double offset, Step total_steps) : offset_(offset), total_(static_cast<double>(total_steps)) {}

  // How much larger the part seen may be than the fit says: a priori the larger, the less likely, by 1 / size.
  static constexpr double kSizes[] = {1, 1.5, 2.25, 3.4, 5};

  // With the process and its offset times `scale` at both places, the start-up's share left as it is.
  double covariance(const LawPlace& a, const LawPlace& b, double scale) const;

 private:
  double deviation(double share) const;

  double offset_, total_;
};

// Parameter draws and how large the discrepancy is, with weights by the part of a run that was taken.
class RunPosterior {
 public:
  // For up to `most` points of a run.
  RunPosterior(const Discrepancy& discrepancy, Eigen::Index draws, Eigen::Index most);

  // A window of the run against each draw's law.
  struct Point {
    LawPlace place;
    Eigen::RowVectorXd errors;  // measured - law, draw by draw [nats]
    double noise;               // standard deviation of the measured loss around the run [nats]
  };

  // How far it lies from what the points taken say of it, in standard deviations of that. Nothing is changed.
  double innovation(const Point& point) const;
  void take(const Point& point);

  // The weight of each draw at each of the discrepancy's sizes, sum 1. Where few draws remain the likelihood is
  // flattened until the draws are worth kFewestDraws independent ones, or half of them if they are fewer.
  struct Weights {
    Eigen::MatrixXd values;  // [size][draw]
    double plain_draws;      // that they were worth before
    double draws;            // and are now
  };
  Weights weights() const;
  static constexpr double kFewestDraws = 100;

  // What is known of the discrepancy at a place: for each size a deviation, and for each draw a mean.
  struct Rest {
    Eigen::MatrixXd means;           // [size][draw]
    std::vector<double> deviations;  // [size]
  };
  Rest rest_at(const LawPlace& place) const;

  Eigen::Index draws() const { return sizes_.front().log_weights.size(); }
  Eigen::Index taken() const { return static_cast<Eigen::Index>(places_.size()); }

 private:
  // One size of the discrepancy in the part seen.
  struct Size {
    double scale;
    Eigen::MatrixXd factor;          // lower Cholesky factor of the points' covariance, its first rows
    Eigen::MatrixXd innovations;     // standardised, points x draws
    Eigen::RowVectorXd log_weights;  // by draw
  };
  struct Next {
    Eigen::VectorXd row;      // of the factor
    double deviation;         // of the point, given those taken
    Eigen::RowVectorXd rest;  // its error less what those taken say, by draw
  };
  Next next(const Size& size, const Point& point) const;
  Eigen::MatrixXd log_weights() const;
  Eigen::VectorXd solved(const Size& size, const LawPlace& place, double scale) const;

  Discrepancy discrepancy_;
  std::vector<LawPlace> places_;
  std::vector<Size> sizes_;
};

}  // namespace losscast
