// Neighbouring addresses give independent numbers: paths, steps, groups, streams and seeds, near and far.
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "tests/random/statistics.hpp"

namespace losscast::test {
namespace {

using statistics::kSigmas;

struct Address {
  std::uint64_t seed = 3;
  Stream stream = Stream::noise;
  std::uint64_t path = 0;
  std::uint32_t step = 0;
  std::uint32_t group = 0;
};

RandomBits bits_at(const Address& a) { return random_bits(a.seed, a.stream, a.path, a.step, a.group); }

// The i-th of many samples, spread over paths and steps. Even ones only, so that no next path or step is a sample
// itself: pairs that overlap would not have the laws that the bounds assume.
Address sample(Address address, std::uint32_t i) {
  address.path += 2 * (i / 64);
  address.step += 2 * (i % 64);
  return address;
}

struct Neighbour {
  const char* name;
  Address offset;  // added to the path, step and group, and in place of the seed and stream
};

class Independence : public ::testing::TestWithParam<Neighbour> {
 protected:
  static constexpr std::uint32_t kSamples = 500'000;
};

TEST_P(Independence, NormalsAndTheirSquaresAreUncorrelated) {
  std::vector<double> here, there, here_squared, there_squared;
  for (std::uint32_t i = 0; i < kSamples; ++i) {
    float a[4], b[4];
    normals4(bits_at(sample({}, i)), a);
    normals4(bits_at(sample(GetParam().offset, i)), b);
    for (int lane = 0; lane < 4; ++lane) {
      here.push_back(a[lane]);
      there.push_back(b[lane]);
      here_squared.push_back((static_cast<double>(a[lane]) * a[lane] - 1.0) / std::sqrt(2.0));
      there_squared.push_back((static_cast<double>(b[lane]) * b[lane] - 1.0) / std::sqrt(2.0));
    }
  }
  EXPECT_LT(std::abs(statistics::correlation_deviation(here, there)), kSigmas);
  EXPECT_LT(std::abs(statistics::correlation_deviation(here_squared, there_squared)), kSigmas);
}

// The joint law of the highest bits of two words is even over a 16 x 16 grid, for each of the four words.
TEST_P(Independence, HighestBitsAreJointlyUniform) {
  for (int word = 0; word < 4; ++word) {
    std::vector<std::uint64_t> counts(256);
    for (std::uint32_t i = 0; i < kSamples; ++i) {
      const std::uint32_t a = bits_at(sample({}, i)).word[word] >> 28;
      const std::uint32_t b = bits_at(sample(GetParam().offset, i)).word[word] >> 28;
      ++counts[16 * a + b];
    }
    EXPECT_LT(std::abs(statistics::chi_square_deviation(counts)), statistics::kNormalQuantile) << "word " << word;
  }
}

INSTANTIATE_TEST_SUITE_P(
    , Independence,
    ::testing::Values(Neighbour{"NextPath", {.path = 1}}, Neighbour{"FarPath", {.path = std::uint64_t{1} << 32}},
                      Neighbour{"NextStep", {.step = 1}}, Neighbour{"FarStep", {.step = 1U << 31}},
                      Neighbour{"NextGroup", {.group = 1}}, Neighbour{"Parameters", {.stream = Stream::parameters}},
                      Neighbour{"Certify", {.stream = Stream::certify}}, Neighbour{"Jumps", {.stream = Stream::jumps}},
                      Neighbour{"NextSeed", {.seed = 4}}, Neighbour{"FarSeed", {.seed = 3 + (std::uint64_t{1} << 32)}}),
    [](const auto& instance) { return std::string(instance.param.name); });

// All words of one path in turn, as a generator's stream would be tested.
TEST(Uniformity, SuccessiveStepsFillTheirCellsEvenly) {
  std::vector<std::uint64_t> counts(1 << 12);
  for (std::uint32_t step = 0; step < 1'000'000; ++step) {
    for (const std::uint32_t word : random_bits(5, Stream::noise, 0, step, 0).word) ++counts[word >> 20];
  }
  EXPECT_LT(std::abs(statistics::chi_square_deviation(counts)), statistics::kNormalQuantile);
}

// The control of the tests above: the same numbers against themselves must fail.
TEST(Uniformity, DependenceIsTellable) {
  std::vector<double> values;
  std::vector<std::uint64_t> counts(256);
  for (std::uint32_t step = 0; step < 10'000; ++step) {
    const RandomBits bits = random_bits(5, Stream::noise, 0, step, 0);
    float z[4];
    normals4(bits, z);
    values.push_back(z[0]);
    ++counts[17 * (bits.word[0] >> 28)];
  }
  EXPECT_GT(statistics::correlation_deviation(values, values), kSigmas);
  EXPECT_GT(statistics::chi_square_deviation(counts), statistics::kNormalQuantile);
}

}  // namespace
}  // namespace losscast::test
