#include "train/cross_entropy.hpp"

#include <cmath>

#include "losscast/base/contract.hpp"

namespace losscast {

TokenLoss cross_entropy(const Matrix& logits, std::span<const int> targets) {
  LOSSCAST_EXPECTS(logits.cols() == std::ssize(targets));
  TokenLoss loss;
  loss.gradients = logits;
  for (Eigen::Index column = 0; column < logits.cols(); ++column) {
    auto values = loss.gradients.col(column);
    const auto target = static_cast<Eigen::Index>(targets[static_cast<std::size_t>(column)]);
    values.array() -= values.maxCoeff();
    const float of_target = values(target);
    values = values.array().exp();
    const float sum = values.sum();
    loss.mean +=
        (std::log(static_cast<double>(sum)) - static_cast<double>(of_target)) / static_cast<double>(logits.cols());
    values /= sum;
    values(target) -= 1;
  }
  return loss;
}

}  // namespace losscast
