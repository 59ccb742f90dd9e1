#include "losscast/model/gauss_hermite.hpp"

#include <Eigen/Eigenvalues>
#include <cmath>

namespace losscast {

// Golub & Welsch 1969: nodes are the eigenvalues of the Jacobi matrix of the Hermite polynomials He_n, whose
// off-diagonal is sqrt(1), sqrt(2), ...; weights are the squared first components of its eigenvectors.
const std::array<QuadratureNode, 32>& gauss_hermite() {
  static const auto nodes = [] {
    constexpr int n = 32;
    Eigen::MatrixXd jacobi = Eigen::MatrixXd::Zero(n, n);
    for (int i = 1; i < n; ++i) jacobi(i, i - 1) = jacobi(i - 1, i) = std::sqrt(static_cast<double>(i));
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(jacobi);
    std::array<QuadratureNode, n> out;
    for (int i = 0; i < n; ++i) {
      const double first = solver.eigenvectors()(0, i);
      out[i] = {solver.eigenvalues()(i), first * first};
    }
    return out;
  }();
  return nodes;
}

}  // namespace losscast
