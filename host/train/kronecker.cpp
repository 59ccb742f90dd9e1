#include <Eigen/Cholesky>
#include <cmath>

#include "train/optimisers.hpp"

namespace losscast {

namespace {

struct Dampings {
  double a, b;
};

// tr A of the mean over the columns.
double trace(const Matrix& columns) {
  return columns.cast<double>().squaredNorm() / static_cast<double>(columns.cols());
}

// B is there for K-FAC alone.
Dampings dampings(const MatrixSettings& settings, const MatrixBatch& batch) {
  const std::vector<double>& given = settings.values.damping;
  const double rho = given.front();
  if (settings.damping_rule == DampingRule::given) return {given.front(), given.back()};
  const double a = trace(batch.inputs), b = batch.curvature.size() > 0 ? trace(batch.curvature) : 0;
  if (settings.damping_rule == DampingRule::trace) return {rho * a, rho * b};
  const double mean_a = a / static_cast<double>(batch.inputs.rows());
  const double mean_b = b / static_cast<double>(batch.curvature.rows());
  const double pi = std::sqrt(mean_a / mean_b);
  return {std::sqrt(rho) * pi, std::sqrt(rho) / pi};
}

// columns' columns/n + rho, decomposed: the same inverse as that of columns columns'/n + rho, seen from the examples.
Eigen::LLT<FineMatrix> between_examples(const FineMatrix& columns, double rho) {
  FineMatrix gram = columns.transpose() * columns / static_cast<double>(columns.cols());
  gram.diagonal().array() += rho;
  return gram.llt();
}

// (B + rho)^-1 x, B = columns columns'/n.
FineMatrix solved(const FineMatrix& columns, double rho, const FineMatrix& x) {
  const FineMatrix seen = columns.transpose() * x / static_cast<double>(columns.cols());
  return (x - columns * between_examples(columns, rho).solve(seen)) / rho;
}

}  // namespace

void Kronecker::update(const MatrixBatch& batch, double lr, Matrix& weights) {
  const Dampings rho = dampings(settings_, batch);
  const FineMatrix inputs = batch.inputs.cast<double>();
  FineMatrix left = batch.gradients.cast<double>();
  if (factors_ == Factors::both) left = solved(batch.curvature.cast<double>(), rho.b, left);
  // G (A + rho)^-1 = gradients (inputs' inputs/n + rho)^-1 inputs'/n
  const FineMatrix right = between_examples(inputs, rho.a).solve(inputs.transpose());
  left *= lr / static_cast<double>(inputs.cols());
  weights.noalias() -= left.cast<float>() * right.cast<float>();
}

}  // namespace losscast
