#include <Eigen/QR>
#include <Eigen/SVD>
#include <algorithm>
#include <cmath>

#include "train/optimisers.hpp"

namespace losscast {

namespace {

// A thin matrix as Q R with orthonormal columns Q.
struct ThinQr {
  FineMatrix q, r;
};

ThinQr thin_qr(const Matrix& matrix) {
  const Eigen::Index rank = std::min(matrix.rows(), matrix.cols());
  const Eigen::HouseholderQR<FineMatrix> qr(matrix.cast<double>());
  return {qr.householderQ() * FineMatrix::Identity(matrix.rows(), rank),
          qr.matrixQR().topRows(rank).triangularView<Eigen::Upper>()};
}

}  // namespace

void Shampoo::update(const MatrixBatch& batch, double lr, Matrix& weights) {
  const ThinQr left = thin_qr(batch.gradients), right = thin_qr(batch.inputs);
  const FineMatrix core = left.r * right.r.transpose() / static_cast<double>(batch.inputs.cols());
  const Eigen::JacobiSVD<FineMatrix> svd(core, Eigen::ComputeThinU | Eigen::ComputeThinV);
  const Eigen::ArrayXd singular = svd.singularValues(), squares = singular.square();
  const std::vector<double>& damping = settings_.values.damping;
  const bool is_given = settings_.damping_rule == DampingRule::given;
  const double rho_l = is_given ? damping[0] : damping[0] * squares.sum();
  const double rho_r = is_given ? damping[1] : rho_l;
  const Eigen::VectorXd stretched = lr * singular * ((squares + rho_l) * (squares + rho_r)).pow(-0.25);
  const Matrix rows = (left.q * svd.matrixU() * stretched.asDiagonal()).cast<float>();
  weights.noalias() -= rows * (right.q * svd.matrixV()).cast<float>().transpose();
}

}  // namespace losscast
