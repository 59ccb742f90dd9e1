#include "tests/train/plain_transformer.hpp"

#include <cmath>

namespace losscast::test {

Table plain_norm(const Table& inputs) {
  Table outputs = inputs;
  const auto d = static_cast<double>(inputs.rows());
  for (Eigen::Index c = 0; c < inputs.cols(); ++c) {
    double mean = 0, variance = 0;
    for (Eigen::Index r = 0; r < inputs.rows(); ++r) mean += inputs(r, c) / d;
    for (Eigen::Index r = 0; r < inputs.rows(); ++r) variance += (inputs(r, c) - mean) * (inputs(r, c) - mean) / d;
    for (Eigen::Index r = 0; r < inputs.rows(); ++r) outputs(r, c) = (inputs(r, c) - mean) / std::sqrt(variance);
  }
  return outputs;
}

Table plain_heads(const Table& inputs, int heads, int tokens) {
  const Eigen::Index d = inputs.rows() / 3, width = d / heads;
  Table outputs = Table::Zero(d, inputs.cols());
  for (Eigen::Index t = 0; t < inputs.cols(); ++t)
    for (Eigen::Index head = 0; head < heads; ++head) {
      double sum = 0;
      for (Eigen::Index s = t - t % tokens; s <= t; ++s) {
        double score = 0;
        for (Eigen::Index r = head * width; r < (head + 1) * width; ++r) score += inputs(r, t) * inputs(d + r, s);
        const double weight = std::exp(score / std::sqrt(static_cast<double>(width)));
        sum += weight;
        for (Eigen::Index r = head * width; r < (head + 1) * width; ++r) outputs(r, t) += weight * inputs(2 * d + r, s);
      }
      for (Eigen::Index r = head * width; r < (head + 1) * width; ++r) outputs(r, t) /= sum;
    }
  return outputs;
}

double plain_cross_entropy(const Table& logits, const std::vector<int>& targets) {
  double loss = 0;
  for (Eigen::Index c = 0; c < logits.cols(); ++c) {
    double sum = 0;
    for (Eigen::Index r = 0; r < logits.rows(); ++r) sum += std::exp(logits(r, c));
    loss += std::log(sum) - logits(targets[static_cast<std::size_t>(c)], c);
  }
  return loss / static_cast<double>(logits.cols());
}

Table plain_logits(const Architecture& architecture, const std::vector<Table>& weights, const Table& inputs,
                   int tokens) {
  const bool is_pre = architecture.norm == NormPlacement::pre;
  const auto before = [&](const Table& x) { return is_pre ? plain_norm(x) : x; };
  const auto after = [&](const Table& x) { return is_pre ? x : plain_norm(x); };
  Table x = weights[0] * inputs;
  if (architecture.embedding == Embedding::scaled) x *= std::sqrt(architecture.d_model);
  if (architecture.embedding == Embedding::layer_norm) x = plain_norm(x);
  for (std::size_t first = 1; first + 4 < weights.size(); first += 4) {
    const Table attended = plain_heads(weights[first] * before(x), architecture.heads, tokens);
    x = after(x + weights[first + 1] * attended);
    const Table hidden = weights[first + 2] * before(x);
    x = after(x + weights[first + 3] * hidden.cwiseMax(0.0));
  }
  return weights.back() * before(x);
}

}  // namespace losscast::test
