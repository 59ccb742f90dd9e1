#include "train/transformer.hpp"

#include <cmath>

#include "train/heads_layer.hpp"
#include "train/norm_layer.hpp"
#include "train/random_matrix.hpp"
#include "train/relu_layer.hpp"
#include "train/residual_layer.hpp"
#include "train/scale_layer.hpp"

namespace losscast {

namespace {

// What the gradient of detached embeddings is multiplied by.
constexpr float kDetachedShare = 0.1f;

class Builder {
 public:
  Builder(const TransformerShape& shape, const DrawnDeviations& deviations, std::uint64_t seed)
      : shape_(shape), deviations_(deviations.weights), head_deviation_(deviations.head), seed_(seed) {}

  std::unique_ptr<Layer> embedding() {
    auto network = std::make_unique<Network>();
    network->add(dense(d(), shape_.vocabulary, deviations_.embedding));
    const float root = std::sqrt(static_cast<float>(d()));
    switch (shape_.architecture.embedding) {
      case Embedding::scaled:
        network->add(std::make_unique<ScaleLayer>(ScaleLayer::Factors{.forward = root, .backward = root}));
        break;
      case Embedding::layer_norm:
        network->add(std::make_unique<NormLayer>());
        break;
      case Embedding::detach:
        network->add(std::make_unique<ScaleLayer>(ScaleLayer::Factors{.backward = kDetachedShare}));
        break;
      case Embedding::vanilla:
        break;
    }
    return network;
  }

  std::unique_ptr<Layer> attention() {
    Network sublayer = normalised();
    sublayer.add(dense(3 * d(), d(), deviations_.value));
    sublayer.add(std::make_unique<HeadsLayer>(shape_.architecture.heads, shape_.tokens));
    sublayer.add(dense(d(), d(), deviations_.out));
    return with_shortcut(std::move(sublayer));
  }

  std::unique_ptr<Layer> feed_forward() {
    const int d_ffn = shape_.architecture.d_ffn;
    Network sublayer = normalised();
    sublayer.add(dense(d_ffn, d(), deviations_.ffn_in));
    sublayer.add(std::make_unique<ReluLayer>());
    sublayer.add(dense(d(), d_ffn, deviations_.ffn_out));
    return with_shortcut(std::move(sublayer));
  }

  std::unique_ptr<Layer> head() {
    auto network = std::make_unique<Network>(normalised());
    network->add(dense(shape_.vocabulary, d(), head_deviation_));
    return network;
  }

 private:
  int d() const { return shape_.architecture.d_model; }
  bool is_pre() const { return shape_.architecture.norm == NormPlacement::pre; }

  std::unique_ptr<Layer> dense(int rows, int columns, double deviation) {
    return std::make_unique<DenseLayer>(static_cast<float>(deviation) *
                                        random_weights(seed_, matrices_++, rows, columns));
  }

  // What a sub-layer or the head begins with.
  Network normalised() const {
    Network network;
    if (is_pre()) network.add(std::make_unique<NormLayer>());
    return network;
  }

  std::unique_ptr<Layer> with_shortcut(Network sublayer) const {
    auto residual = std::make_unique<ResidualLayer>(std::move(sublayer));
    if (is_pre()) return residual;
    auto network = std::make_unique<Network>();
    network->add(std::move(residual));
    network->add(std::make_unique<NormLayer>());
    return network;
  }

  TransformerShape shape_;
  WeightDeviations deviations_;
  double head_deviation_;
  std::uint64_t seed_, matrices_ = 0;
};

}  // namespace

DrawnDeviations drawn_deviations(const Architecture& architecture) {
  Architecture before = architecture;
  before.embedding = Embedding::vanilla;
  const WeightDeviations weights = weight_deviations(before);
  return {weights, weights.value};
}

Network transformer(const TransformerShape& shape, const DrawnDeviations& deviations, std::uint64_t seed) {
  Builder builder(shape, deviations, seed);
  Network network;
  network.add(builder.embedding());
  for (int layer = 0; layer < shape.architecture.layers; ++layer) {
    network.add(builder.attention());
    network.add(builder.feed_forward());
  }
  network.add(builder.head());
  return network;
}

}  // namespace losscast
