// How far the loss on other data lies from the law of the data before, by the part of a run that was logged on them.
#pragma once

#include <Eigen/Core>
#include <span>
#include <vector>

#include "fit/run_discrepancy.hpp"
#include "fit/weighted_normals.hpp"

namespace losscast {

// A step after the data changed.
struct ShiftPlace {
  LawPlace law;
  // How the draws' laws differ from their mean there, each times the root of its weight: the product of two places is
  // the covariance of their laws [nats].
  Eigen::VectorXd spread;
  // Sums of the LR since the change, as shares of that of the fit's reference run: the loss is the mean over these.
  std::vector<double> clocks;
};

// The law is that of the data before plus
//   J - P (1 - (1 + s / s0)^-b),   s the clock:
// the jump J and the pull P of training on the new data (Wang et al. 2025, arXiv 2505.07796). All else that is not
// known, the draw of the law, the run's discrepancy and the noise of points, is a Gaussian process. Given s0 and b the
// loss is linear in J and P, whose prior is normal, so their posterior is exact; s0 and b, the size of P and that of
// the discrepancy are nodes, each with a weight. The posterior is a mixture of normals.
class ShiftPosterior {
 public:
  // A priori the sizes of the discrepancy have these weights; for up to `most` points after the change.
  ShiftPosterior(const Discrepancy& discrepancy, const Eigen::VectorXd& size_weights, Eigen::Index most);

  struct Point {
    ShiftPlace place;
    double error;  // measured - mean law [nats]
    double noise;  // standard deviation of the measured loss around the run [nats]
  };

  // How far it lies from what the points taken say of it, in standard deviations of that. Nothing is changed.
  double innovation(const Point& point) const;
  void take(const Point& point);

  // The loss at a place less its mean law.
  WeightedNormals error_at(const ShiftPlace& place) const;
  // By how much training pulls the loss down from one clock to another, the law of the data before left out.
  WeightedNormals pull(double from, double to) const;
  WeightedNormals jump() const;

 private:
  // s0 and b.
  struct Node {
    double start, exponent, log_prior;
  };
  // What the points say with the discrepancy at one size. "Whitened" is: with the factor's inverse before it.
  struct Size {
    double scale, log_prior;
    Eigen::MatrixXd factor;        // lower Cholesky factor of the points' covariance, its first rows
    Eigen::VectorXd errors, ones;  // whitened: the points' errors; what J adds to each
    Eigen::MatrixXd pulled;        // whitened, points x nodes: what P takes off
    double log_determinant = 0;    // of the factor
  };
  // One normal of the mixture: J and P given all nodes.
  struct Component {
    std::size_t size;
    Eigen::Index node;
    double weight;
    Eigen::Vector2d mean;
    Eigen::Matrix2d covariance;
  };
  // What a component says of a place.
  struct Said {
    double mean, variance;  // without hills, river and noise
  };
  // Whether the discrepancy at a place is that of the part seen, or of what is to come, which has the size of the fit.
  enum class Part { seen, later };

  Eigen::RowVectorXd pulled_at(std::span<const double> clocks) const;  // the mean share of P, by node
  Eigen::VectorXd solved(const Size& size, const ShiftPlace& place, double scale) const;
  double own_covariance(const ShiftPlace& place, double scale) const;
  std::vector<Said> said_at(const ShiftPlace& place, Part part) const;
  void weigh();
  WeightedNormals mixture(std::span<const Said> said, double more) const;

  Discrepancy discrepancy_;
  std::vector<ShiftPlace> places_;
  std::vector<Node> nodes_;
  std::vector<Size> sizes_;
  std::vector<Component> components_;
};

}  // namespace losscast
