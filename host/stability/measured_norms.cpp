#include "losscast/stability/measured_norms.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/base/parallel.hpp"
#include "losscast/stability/layer_bounds.hpp"
#include "stability/largest_stretch.hpp"
#include "stability/random_block.hpp"

namespace losscast {

namespace {

using Eigen::Index;
using Eigen::MatrixXd;

// The widths at which is measured, and the deviations that weights have there.
struct SmallShape {
  Index d, d_ffn, heads;
  WeightDeviations deviations;
};

SmallShape small_shape(const Architecture& architecture, int widest) {
  const double factor = std::min(1.0, static_cast<double>(widest) / architecture.d_model);
  SmallShape shape{.d = std::min<Index>(widest, architecture.d_model),
                   .d_ffn = std::max<Index>(1, std::lround(factor * architecture.d_ffn)),
                   .heads = 1,
                   .deviations = weight_deviations(architecture)};
  for (Index heads = 1; heads <= architecture.heads; ++heads)
    if (shape.d % heads == 0 && shape.d / heads >= std::min<Index>(16, architecture.d_model / architecture.heads))
      shape.heads = heads;
  const double larger = 1 / std::sqrt(factor);
  WeightDeviations& s = shape.deviations;
  for (double* weight : {&s.ffn_in, &s.ffn_out, &s.value, &s.out}) *weight *= larger;
  return shape;
}

// x + sublayer(LN x), or LN(x + sublayer(x)).
template <class Sublayer>
class Residual {
 public:
  Residual(Sublayer& sublayer, NormPlacement placement, const MatrixXd& input)
      : sublayer_(sublayer), is_post_(placement == NormPlacement::post) {
    if (is_post_)
      norm_.evaluate(input + sublayer_.evaluate(input));
    else
      sublayer_.evaluate(norm_.evaluate(input));
  }

  MatrixXd push(const MatrixXd& change) const {
    if (is_post_) return norm_.push(change + sublayer_.push(change));
    return change + sublayer_.push(norm_.push(change));
  }

  MatrixXd pull(const MatrixXd& gradient) const {
    if (!is_post_) return gradient + norm_.push(sublayer_.pull(gradient));
    const MatrixXd before = norm_.push(gradient);
    return before + sublayer_.pull(before);
  }

 private:
  Sublayer& sublayer_;
  bool is_post_;
  LayerNorm<> norm_;
};

template <class Map>
double norm_of(const Map& map, const MatrixXd& start) {
  return largest_stretch([&](const MatrixXd& change) { return map.push(change); },
                         [&](const MatrixXd& gradient) { return map.pull(gradient); }, start);
}

// One draw of a block's weights and of what enters it.
class RandomBlock {
 public:
  RandomBlock(const SmallShape& shape, const MeasureOptions& options, std::uint64_t draw)
      : RandomBlock(shape, options, RandomMatrices(options.seed, draw)) {}

  double ffn_norm(NormPlacement placement, double deviation) {
    const MatrixXd input = deviation * input_.topRows(1);
    return norm_of(Residual(ffn_, placement, input), start_.topRows(1));
  }

  double attention_norm(NormPlacement placement, double deviation) {
    return norm_of(Residual(attention_, placement, deviation * input_), start_);
  }

  double heads_norm() {
    attention_.evaluate(input_);
    return norm_of(attention_.heads(), start_);
  }

 private:
  RandomBlock(const SmallShape& shape, const MeasureOptions& options, RandomMatrices random)
      : input_(LayerNorm().evaluate(random.next(options.tokens, shape.d))),
        start_(random.next(options.tokens, shape.d)),
        ffn_(feed_forward(shape, options.activation, random)),
        attention_(attention(shape, random)) {}

  static FeedForward feed_forward(const SmallShape& shape, Activation activation, RandomMatrices& random) {
    const MatrixXd in = shape.deviations.ffn_in * random.next(shape.d, shape.d_ffn);
    return {in, shape.deviations.ffn_out * random.next(shape.d_ffn, shape.d), activation};
  }

  static Attention attention(const SmallShape& shape, RandomMatrices& random) {
    const auto square = [&](double deviation) -> MatrixXd { return deviation * random.next(shape.d, shape.d); };
    const double value = shape.deviations.value;
    const MatrixXd query = square(value), key = square(value), values = square(value);
    return {AttentionHeads(query, key, values, shape.heads), square(shape.deviations.out)};
  }

  MatrixXd input_;  // of deviation 1
  MatrixXd start_;  // of Lanczos' method
  FeedForward ffn_;
  Attention attention_;
};

NormSample sample_of(const std::vector<double>& norms, double bound) {
  NormSample sample{.bound = bound};
  for (const double norm : norms) {
    sample.mean += norm / static_cast<double>(norms.size());
    sample.largest = std::max(sample.largest, norm);
    sample.exceeding += norm > bound ? 1 : 0;
  }
  return sample;
}

}  // namespace

MeasuredNorms measured_norms(const Architecture& architecture, const MeasureOptions& options) {
  LOSSCAST_EXPECTS(options.draws >= 1 && options.widest >= 1 && options.tokens >= 1);
  const LayerBounds bounds = layer_bounds(architecture);
  const SmallShape shape = small_shape(architecture, options.widest);
  const auto layers =
      static_cast<std::size_t>(std::min(architecture.layers, options.first_layers.value_or(architecture.layers)));
  const auto draws = static_cast<std::size_t>(options.draws);
  std::vector<std::vector<double>> ffn(layers, std::vector<double>(draws)), attention = ffn;
  std::vector<double> heads(draws);
  parallel_for(options.draws, options.threads, [&](std::int64_t number) {
    const auto draw = static_cast<std::size_t>(number);
    RandomBlock block(shape, options, draw);
    heads[draw] = block.heads_norm();
    for (std::size_t n = 0; n < layers; ++n) {
      // After its own attention a post-norm layer's input has the deviation 1 again.
      const double before_ffn = architecture.norm == NormPlacement::post ? 1 : bounds.deviation[n];
      ffn[n][draw] = block.ffn_norm(architecture.norm, before_ffn);
      attention[n][draw] = block.attention_norm(architecture.norm, bounds.deviation[n]);
    }
  });
  MeasuredNorms measured{.draws = options.draws, .d_model = static_cast<int>(shape.d)};
  for (std::size_t n = 0; n < layers; ++n) {
    measured.ffn.push_back(sample_of(ffn[n], bounds.ffn[n]));
    measured.attention.push_back(sample_of(attention[n], bounds.attention[n]));
  }
  measured.heads = sample_of(heads, bounds.heads);
  return measured;
}

}  // namespace losscast
