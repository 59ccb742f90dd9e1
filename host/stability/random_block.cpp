#include "stability/random_block.hpp"

#include <cmath>

#include "losscast/random/normal.hpp"
#include "stability/causal_softmax.hpp"

namespace losscast {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

}  // namespace

MatrixXd RandomMatrices::next(Index rows, Index columns) {
  MatrixXd matrix(rows, columns);
  for (Index first = 0; first < matrix.size(); first += 4) {
    float normals[4];
    normals4(random_bits(seed_, Stream::weights, path_, step_++, 0), normals);
    for (Index i = first; i < std::min<Index>(first + 4, matrix.size()); ++i)
      matrix.data()[i] = static_cast<double>(normals[i - first]);
  }
  return matrix;
}

FeedForward::FeedForward(MatrixXd in, MatrixXd out, Activation activation)
    : in_(std::move(in)), out_(std::move(out)), activation_(activation) {}

MatrixXd FeedForward::evaluate(const MatrixXd& input) {
  const MatrixXd hidden = input * in_;
  slopes_ = MatrixXd::Ones(hidden.rows(), hidden.cols());
  if (activation_ == Activation::relu) slopes_ = (hidden.array() > 0).cast<double>();
  return hidden.cwiseProduct(slopes_) * out_;
}

MatrixXd FeedForward::push(const MatrixXd& change) const { return (change * in_).cwiseProduct(slopes_) * out_; }

MatrixXd FeedForward::pull(const MatrixXd& gradient) const {
  return (gradient * out_.transpose()).cwiseProduct(slopes_) * in_.transpose();
}

AttentionHeads::AttentionHeads(MatrixXd query, MatrixXd key, MatrixXd value, Index heads)
    : query_weights_(std::move(query)),
      key_weights_(std::move(key)),
      value_weights_(std::move(value)),
      heads_(heads),
      width_(value_weights_.cols() / heads) {}

MatrixXd AttentionHeads::evaluate(const MatrixXd& input) {
  queries_ = input * query_weights_ / std::sqrt(static_cast<double>(width_));
  keys_ = input * key_weights_;
  values_ = input * value_weights_;
  attention_.clear();
  MatrixXd outputs(input.rows(), input.cols());
  for (Index h = 0; h < heads_; ++h) {
    const auto of_head = Eigen::seqN(h * width_, width_);
    attention_.push_back(
        causal_softmax<double>(queries_(Eigen::all, of_head) * keys_(Eigen::all, of_head).transpose()));
    outputs(Eigen::all, of_head) = attention_.back() * values_(Eigen::all, of_head);
  }
  return outputs;
}

MatrixXd AttentionHeads::push(const MatrixXd& change) const {
  const MatrixXd queries = change * query_weights_ / std::sqrt(static_cast<double>(width_));
  const MatrixXd keys = change * key_weights_, values = change * value_weights_;
  MatrixXd outputs(change.rows(), change.cols());
  for (Index h = 0; h < heads_; ++h) {
    const auto of_head = Eigen::seqN(h * width_, width_);
    const MatrixXd& attention = attention_[static_cast<std::size_t>(h)];
    const MatrixXd scores = queries(Eigen::all, of_head) * keys_(Eigen::all, of_head).transpose() +
                            queries_(Eigen::all, of_head) * keys(Eigen::all, of_head).transpose();
    outputs(Eigen::all, of_head) =
        through_softmax(attention, scores) * values_(Eigen::all, of_head) + attention * values(Eigen::all, of_head);
  }
  return outputs;
}

MatrixXd AttentionHeads::pull(const MatrixXd& gradient) const {
  MatrixXd queries(gradient.rows(), gradient.cols()), keys = queries, values = queries;
  for (Index h = 0; h < heads_; ++h) {
    const auto of_head = Eigen::seqN(h * width_, width_);
    const MatrixXd& attention = attention_[static_cast<std::size_t>(h)];
    const MatrixXd of_outputs = gradient(Eigen::all, of_head);
    const MatrixXd scores = through_softmax<double>(attention, of_outputs * values_(Eigen::all, of_head).transpose());
    queries(Eigen::all, of_head) = scores * keys_(Eigen::all, of_head);
    keys(Eigen::all, of_head) = scores.transpose() * queries_(Eigen::all, of_head);
    values(Eigen::all, of_head) = attention.transpose() * of_outputs;
  }
  return queries * query_weights_.transpose() / std::sqrt(static_cast<double>(width_)) +
         keys * key_weights_.transpose() + values * value_weights_.transpose();
}

}  // namespace losscast
