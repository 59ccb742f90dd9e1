// The optimisers. Each constructor's settings have been checked.
#pragma once

#include <Eigen/Core>

#include "train/matrix_optimiser.hpp"

namespace losscast {

// G
class Sgd : public MatrixOptimiser {
 public:
  void update(const MatrixBatch& batch, double lr, Matrix& weights) override;
};

// m/(sqrt v + epsilon), with both means freed from their start at 0, and decay of weights apart from them (Kingma & Ba
// 2015, Loshchilov & Hutter 2019).
class Adam : public MatrixOptimiser {
 public:
  explicit Adam(const MatrixSettings& settings);
  void update(const MatrixBatch& batch, double lr, Matrix& weights) override;

 private:
  double epsilon_;
  AdamSettings adam_;
  int steps_ = 0;
  Matrix mean_, square_;
};

// (G G' + rho_L)^-1/4 G (G' G + rho_R)^-1/4 with the batch's own G (Gupta, Koren & Singer 2018, without memory). G has
// the rank of the batch at most: three small decompositions give the same as two of the size of the matrix.
class Shampoo : public MatrixOptimiser {
 public:
  explicit Shampoo(const MatrixSettings& settings) : settings_(settings) {}
  void update(const MatrixBatch& batch, double lr, Matrix& weights) override;

 private:
  MatrixSettings settings_;
};

// (B + rho_B)^-1 G (A + rho_A)^-1, or without the first factor (Martens & Grosse 2015; Benzing 2022). A and B are of
// the batch, so have its rank at most, and are inverted in matrices of the batch's size (Woodbury).
class Kronecker : public MatrixOptimiser {
 public:
  enum class Factors { both, inputs };
  Kronecker(Factors factors, const MatrixSettings& settings) : factors_(factors), settings_(settings) {}
  void update(const MatrixBatch& batch, double lr, Matrix& weights) override;

 private:
  Factors factors_;
  MatrixSettings settings_;
};

}  // namespace losscast
