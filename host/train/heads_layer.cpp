#include "train/heads_layer.hpp"

#include <cmath>

#include "stability/causal_softmax.hpp"

namespace losscast {

namespace {

// Where one head of one sequence stands among inputs and outputs.
struct HeadPlace {
  Eigen::Index row, column, width, tokens, d;

  auto queries(auto& inputs) const { return inputs.block(row, column, width, tokens); }
  auto keys(auto& inputs) const { return inputs.block(d + row, column, width, tokens); }
  auto values(auto& inputs) const { return inputs.block(2 * d + row, column, width, tokens); }
  auto outputs(auto& outputs) const { return outputs.block(row, column, width, tokens); }
};

// Calls act(place) for each head of each sequence.
template <class Act>
void for_each_head(Eigen::Index d, Eigen::Index columns, int heads, int tokens, const Act& act) {
  const Eigen::Index width = d / heads;
  for (Eigen::Index column = 0; column < columns; column += tokens)
    for (Eigen::Index row = 0; row < d; row += width) act(HeadPlace{row, column, width, tokens, d});
}

float score_scale(const HeadPlace& place) { return 1 / std::sqrt(static_cast<float>(place.width)); }

}  // namespace

Matrix HeadsLayer::forward(const Matrix& inputs) {
  inputs_ = inputs;
  attention_.clear();
  Matrix outputs(inputs.rows() / 3, inputs.cols());
  for_each_head(outputs.rows(), outputs.cols(), heads_, tokens_, [&](const HeadPlace& place) {
    const Matrix queries = score_scale(place) * place.queries(inputs_);
    attention_.push_back(causal_softmax<float>(queries.transpose() * place.keys(inputs_)));
    place.outputs(outputs).noalias() = place.values(inputs_) * attention_.back().transpose();
  });
  return outputs;
}

Matrix HeadsLayer::backward(const Matrix& gradients) {
  Matrix back(inputs_.rows(), inputs_.cols());
  auto attention = attention_.begin();
  for_each_head(gradients.rows(), gradients.cols(), heads_, tokens_, [&](const HeadPlace& place) {
    const Matrix of_outputs = place.outputs(gradients);
    const Matrix of_attention = of_outputs.transpose() * place.values(inputs_);
    const Matrix of_scores = score_scale(place) * through_softmax(*attention, of_attention);
    place.queries(back).noalias() = place.keys(inputs_) * of_scores.transpose();
    place.keys(back).noalias() = place.queries(inputs_) * of_scores;
    place.values(back).noalias() = of_outputs * *attention;
    ++attention;
  });
  return back;
}

}  // namespace losscast
