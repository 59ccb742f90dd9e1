#include "train/markov_source.hpp"

#include <algorithm>
#include <cmath>

#include "losscast/random/counter.hpp"
#include "losscast/random/uniform.hpp"
#include "train/random_matrix.hpp"

namespace losscast {

namespace {

constexpr std::uint64_t kSourceSeed = 0;                       // the same source for every run
constexpr std::uint64_t kSourcePath = std::uint64_t{2} << 32;  // apart from what networks are made of

// A uniform variate of a token's place; number 0 chooses the token, 1 the topic.
double uniform(std::uint64_t seed, std::uint64_t sequence, int place, int number) {
  const RandomBits bits = random_bits(seed, Stream::batches, sequence, static_cast<std::uint32_t>(place), 0);
  return static_cast<double>(open_uniform(bits.word[number]));
}

int one_of(int count, double uniform) { return std::min(count - 1, static_cast<int>(uniform * count)); }

int drawn(const Eigen::Ref<const Eigen::VectorXd>& probabilities, double uniform) {
  Eigen::Index token = 0;
  for (double left = uniform - probabilities(0); left > 0 && token + 1 < probabilities.size();)
    left -= probabilities(++token);
  return static_cast<int>(token);
}

}  // namespace

MarkovSource::MarkovSource(const SourceSettings& settings) {
  const double scale = settings.gain / std::sqrt(2.0 * settings.rank);
  const auto vectors = [&](std::uint64_t number, int count) -> FineMatrix {
    return random_weights(kSourceSeed, kSourcePath + number, settings.rank, count).cast<double>();
  };
  const FineMatrix after = vectors(0, settings.vocabulary), before = vectors(1, settings.vocabulary);
  const FineMatrix topics = vectors(2, settings.topics);
  for (const auto& topic : topics.colwise()) {
    FineMatrix next = scale * after.transpose() * (before.colwise() + topic);
    next = next.array().exp();
    for (auto column : next.colwise()) column /= column.sum();
    next_.push_back(std::move(next));
  }
}

TokenMatrix MarkovSource::sequences(std::uint64_t seed, std::uint64_t first, int count, int tokens) const {
  TokenMatrix sequences(tokens, count);
  for (int number = 0; number < count; ++number) {
    const std::uint64_t path = first + static_cast<std::uint64_t>(number);
    auto sequence = sequences.col(number);
    const int topic = one_of(static_cast<int>(next_.size()), uniform(seed, path, 0, 1));
    const FineMatrix& next = next_[static_cast<std::size_t>(topic)];
    sequence(0) = one_of(static_cast<int>(next.rows()), uniform(seed, path, 0, 0));
    for (int place = 1; place < tokens; ++place)
      sequence(place) = drawn(next.col(sequence(place - 1)), uniform(seed, path, place, 0));
  }
  return sequences;
}

double MarkovSource::sequence_loss(const Eigen::Ref<const Eigen::VectorXi>& sequence) const {
  const auto topics = std::ssize(next_);
  Eigen::VectorXd posterior = Eigen::VectorXd::Constant(topics, 1 / static_cast<double>(topics));
  double loss = 0;
  for (Eigen::Index place = 1; place < sequence.size(); ++place) {
    for (Eigen::Index topic = 0; topic < topics; ++topic)
      posterior(topic) *= next_[static_cast<std::size_t>(topic)](sequence(place), sequence(place - 1));
    const double probability = posterior.sum();
    loss -= std::log(probability);
    posterior /= probability;
  }
  return loss;
}

double MarkovSource::attainable_loss(const TokenMatrix& sequences) const {
  double loss = 0;
  for (const auto& sequence : sequences.colwise()) loss += sequence_loss(sequence);
  return loss / static_cast<double>((sequences.rows() - 1) * sequences.cols());
}

}  // namespace losscast
