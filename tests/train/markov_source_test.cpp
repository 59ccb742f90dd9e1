#include "train/markov_source.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace losscast {
namespace {

// All sequences of `tokens` tokens.
TokenMatrix all_sequences(int vocabulary, int tokens) {
  int count = 1;
  for (int place = 0; place < tokens; ++place) count *= vocabulary;
  TokenMatrix sequences(tokens, count);
  for (int number = 0; number < count; ++number)
    for (int place = 0, left = number; place < tokens; ++place, left /= vocabulary)
      sequences(place, number) = left % vocabulary;
  return sequences;
}

// P of the tokens after the first one.
double probability(const MarkovSource& source, const TokenMatrix& sequence) {
  return std::exp(-source.attainable_loss(sequence) * static_cast<double>(sequence.rows() - 1));
}

TEST(MarkovSource, GivesProbabilitiesThatSumToOne) {
  const MarkovSource source({.vocabulary = 3, .topics = 2, .rank = 2, .gain = 2});
  const TokenMatrix sequences = all_sequences(3, 4);
  double sum = 0;
  for (Eigen::Index i = 0; i < sequences.cols(); ++i) sum += probability(source, sequences.col(i));
  EXPECT_NEAR(sum, 3, 1e-12);  // one for each first token
}

TEST(MarkovSource, IsUniformWithoutGain) {
  const MarkovSource source({.vocabulary = 5, .topics = 2, .gain = 0});
  EXPECT_NEAR(source.attainable_loss(source.sequences(1, 0, 4, 8)), std::log(5), 1e-12);
}

// Frequencies of whole sequences, which only the right weighing of topics gives: five standard errors, 27 times.
TEST(MarkovSource, DrawsSequencesAsProbableAsItSays) {
  constexpr int kCount = 40'000;
  const MarkovSource source({.vocabulary = 3, .topics = 2, .rank = 2, .gain = 2});
  const TokenMatrix drawn = source.sequences(2, 0, kCount, 3), sequences = all_sequences(3, 3);
  for (Eigen::Index i = 0; i < sequences.cols(); ++i) {
    const double expected = probability(source, sequences.col(i)) / 3;
    int found = 0;
    for (const auto& sequence : drawn.colwise()) found += sequence == sequences.col(i) ? 1 : 0;
    EXPECT_NEAR(found / static_cast<double>(kCount), expected, 5 * std::sqrt(expected / kCount)) << i;
  }
}

TEST(MarkovSource, GivesEachSequenceByItsNumber) {
  const MarkovSource source({});
  EXPECT_EQ(source.sequences(3, 5, 2, 9).col(1), source.sequences(3, 6, 1, 9).col(0));
  EXPECT_NE(source.sequences(4, 5, 1, 9), source.sequences(3, 5, 1, 9));
}

}  // namespace
}  // namespace losscast
