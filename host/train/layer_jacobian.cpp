#include "train/layer_jacobian.hpp"

#include "stability/largest_stretch.hpp"
#include "train/random_matrix.hpp"

namespace losscast {

FineMatrix jacobian(Layer& layer, const Matrix& inputs) {
  const Eigen::Index size = inputs.size();
  layer.forward(inputs.replicate(1, size));
  Matrix gradients = Matrix::Zero(inputs.rows(), inputs.cols() * size);
  // Copy i gets the gradient of output i.
  for (Eigen::Index i = 0; i < size; ++i) gradients.data()[i * size + i] = 1;
  const Matrix back = layer.backward(gradients);
  return Eigen::Map<const Matrix>(back.data(), size, size).transpose().cast<double>();
}

double spectral_norm(const FineMatrix& matrix) {
  constexpr std::uint64_t kSeed = 0, kPath = std::uint64_t{3} << 32;  // apart from the weights of networks
  const FineMatrix start = random_weights(kSeed, kPath, matrix.cols(), 1).cast<double>();
  return largest_stretch([&](const FineMatrix& change) -> FineMatrix { return matrix * change; },
                         [&](const FineMatrix& gradient) -> FineMatrix { return matrix.transpose() * gradient; },
                         start);
}

}  // namespace losscast
