#include "losscast/random/uniform.hpp"

#include <gtest/gtest.h>

#include "losscast/random/counter.hpp"
#include "tests/random/statistics.hpp"

namespace losscast::test {
namespace {

TEST(OpenUniform, StaysInsideTheOpenIntervalAtTheExtremes) {
  EXPECT_EQ(open_uniform(0), 0x1p-33f);
  EXPECT_EQ(open_uniform(0xffffffffU), 1.0f - 0x1p-24f);
  for (std::uint32_t distance = 0; distance < 100'000; ++distance) {
    ASSERT_GT(open_uniform(distance), 0.0f);
    ASSERT_LT(open_uniform(0xffffffffU - distance), 1.0f);
  }
}

TEST(OpenUniform, IsTheWordScaled) {
  for (std::uint64_t word = 0; word < (std::uint64_t{1} << 32); word += 65'537) {
    const double exact = (static_cast<double>(word) + 0.5) * 0x1p-32;
    // Two roundings to FP32 and the documented shift, 2^-24 each at most.
    ASSERT_NEAR(open_uniform(static_cast<std::uint32_t>(word)), exact, 3 * 0x1p-24 * exact) << word;
  }
}

TEST(OpenUniform, HasTheUniformLaw) {
  std::vector<float> values;
  for (std::uint64_t path = 0; path < 250'000; ++path) {
    for (const std::uint32_t word : random_bits(1, Stream::jumps, path, 0, 0).word)
      values.push_back(open_uniform(word));
  }
  EXPECT_LT(statistics::kolmogorov_statistic(values, [](double u) { return u; }),
            statistics::kLargestKolmogorovStatistic);
}

// The control of the test above: squares of uniform variates must not pass.
TEST(OpenUniform, AnotherLawIsTellable) {
  std::vector<float> values;
  for (std::uint64_t path = 0; path < 1000; ++path) {
    const float u = open_uniform(random_bits(1, Stream::jumps, path, 0, 0).word[0]);
    values.push_back(u * u);
  }
  EXPECT_GT(statistics::kolmogorov_statistic(values, [](double u) { return u; }),
            statistics::kLargestKolmogorovStatistic);
}

}  // namespace
}  // namespace losscast::test
