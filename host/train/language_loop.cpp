#include "train/language_loop.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "train/layer_role.hpp"
#include "train/make_optimiser.hpp"
#include "train/transformer.hpp"

namespace losscast {

namespace {

constexpr int kHeldOutSequences = 128;
constexpr std::uint64_t kHeldOutSeed = 0, kHeldOut = std::uint64_t{1} << 62;

const LanguageSettings& checked(const LanguageSettings& settings) {
  check(settings.architecture);
  const SourceSettings& source = settings.source;
  for (const auto& [key, value] : {std::pair("vocabulary", source.vocabulary),
                                   {"topics", source.topics},
                                   {"rank", source.rank},
                                   {"tokens", settings.tokens},
                                   {"batch", settings.batch}})
    if (value < 1)
      throw ArgumentError(key, fmt::format("{} is below 1", value), "there is nothing to train", "raise it");
  if (!(0 <= source.gain && source.gain <= kLargestGain))
    throw ArgumentError("gain", fmt::format("{:g} is not between 0 and {:g}", source.gain, kLargestGain),
                        "beyond it a token has one successor", "correct it");
  if (!(settings.largest_gradient > 0))
    throw ArgumentError("largest_gradient", fmt::format("{:g} is not above 0", settings.largest_gradient),
                        "gradients would vanish", "raise it");
  if (settings.found_at && settings.found_at->d_model < 2)
    throw ArgumentError("found_at", fmt::format("d_model {} is below 2", settings.found_at->d_model),
                        "values were found with some network", "raise it");
  if (reads_curvature(settings.optimiser))
    throw ArgumentError("optimiser", "kfac trains no language model",
                        "the labels that its curvature needs are drawn for squared losses only",
                        "take sgd, adam, shampoo or foof");
  return settings;
}

LanguageBatch batch_of(const TokenMatrix& sequences, int vocabulary) {
  const Eigen::Index tokens = sequences.rows() - 1;
  LanguageBatch batch{.inputs = Matrix::Zero(vocabulary, tokens * sequences.cols()), .targets = {}};
  for (Eigen::Index column = 0; column < sequences.cols(); ++column)
    for (Eigen::Index place = 0; place < tokens; ++place) {
      batch.inputs(sequences(place, column), column * tokens + place) = 1;
      batch.targets.push_back(sequences(place + 1, column));
    }
  return batch;
}

// Of the gradient of the mean loss by all weights.
double gradient_norm(const Network& network) {
  double squares = 0;
  for (const DenseLayer* layer : network.dense()) {
    const Matrix gradient = layer->gradients() * layer->inputs().transpose();
    squares += static_cast<double>(gradient.squaredNorm());
  }
  return std::sqrt(squares) / static_cast<double>(network.dense().front()->inputs().cols());
}

}  // namespace

LanguageLoop::LanguageLoop(const LanguageSettings& settings)
    : settings_(checked(settings)),
      source_(settings.source),
      values_(language_values(settings)),
      network_(transformer({settings.architecture, settings.source.vocabulary, settings.tokens}, values_.deviations,
                           settings.seed)),
      held_out_(source_.sequences(kHeldOutSeed, kHeldOut, kHeldOutSequences, settings.tokens + 1)) {
  for (std::size_t i = 0; i < network_.dense().size(); ++i)
    optimisers_.push_back(
        make_matrix_optimiser(settings.optimiser, {.values = {.damping = settings.damping}, .adam = settings.adam}));
}

LanguageBatch LanguageLoop::next_batch() const {
  const auto first = static_cast<std::uint64_t>(steps_) * static_cast<std::uint64_t>(settings_.batch);
  return batch_of(source_.sequences(settings_.seed, first, settings_.batch, settings_.tokens + 1),
                  settings_.source.vocabulary);
}

LanguageLoop::StepMeasures LanguageLoop::step() {
  LOSSCAST_EXPECTS(steps_ < settings_.schedule.total_steps());
  const LanguageBatch batch = next_batch();
  const TokenLoss loss = cross_entropy(network_.forward(batch.inputs), batch.targets);
  network_.backward(loss.gradients);
  const double norm = gradient_norm(network_);
  const auto share = static_cast<float>(std::min(1.0, settings_.largest_gradient / norm));
  const double lr = settings_.schedule.lr(steps_);
  const Matrix none;
  for (std::size_t i = 0; i < optimisers_.size(); ++i) {
    DenseLayer& layer = *network_.dense()[i];
    const Matrix clipped = share * layer.gradients();
    const LayerRole role = role_among(static_cast<int>(i), static_cast<int>(optimisers_.size()));
    optimisers_[i]->update({layer.inputs(), clipped, none}, values_.lr_factors[static_cast<std::size_t>(role)] * lr,
                           layer.weights());
  }
  ++steps_;
  return {loss.mean, norm};
}

double LanguageLoop::held_out_loss() {
  const LanguageBatch batch = batch_of(held_out_, settings_.source.vocabulary);
  return cross_entropy(network_.forward(batch.inputs), batch.targets).mean;
}

double LanguageLoop::attainable_loss() const { return source_.attainable_loss(held_out_); }

}  // namespace losscast
