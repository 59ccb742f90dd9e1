#include "losscast/random/counter.hpp"

#include <gtest/gtest.h>

#include <array>
#include <set>

namespace losscast::test {
namespace {

using Words = std::array<std::uint32_t, 4>;

Words words(const RandomBits& bits) { return std::to_array(bits.word); }

constexpr Stream kStreams[] = {Stream::noise,  Stream::parameters, Stream::start_up, Stream::offset,
                               Stream::search, Stream::certify,    Stream::jumps,    Stream::observation};

TEST(RandomBits, AreThePhiloxBlockOfTheDocumentedCounter) {
  const std::uint64_t seed = 0x0123456789abcdefU, path = 0xfedcba9876543210U;
  const RandomBits expected =
      philox4x32_10({{0x76543210U, 0xfedcba98U, 0xdeadbeefU, 0xabcdef05U}}, {0x89abcdefU, 0x01234567U});
  EXPECT_EQ(words(random_bits(seed, Stream::certify, path, 0xdeadbeefU, 0xabcdefU)), words(expected));
}

// The numbers are part of what a seed means: changing one changes every published result.
TEST(Streams, KeepTheirNumbers) {
  for (std::uint32_t i = 0; i < std::size(kStreams); ++i) EXPECT_EQ(static_cast<std::uint32_t>(kStreams[i]), i);
}

// A block depends on all of its address: as many different blocks as addresses.
TEST(RandomBits, DifferAtEveryAddress) {
  std::set<Words> seen;
  std::size_t addresses = 0;
  for (const std::uint64_t seed : {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{1} << 32}) {
    for (const Stream stream : kStreams) {
      for (const std::uint64_t path : {0ULL, 1ULL, 2ULL, 1ULL << 32, ~0ULL}) {
        for (const std::uint32_t step : {0U, 1U, 2U, 1U << 31, ~0U}) {
          for (const std::uint32_t group : {0U, 1U, 2U, 1U << 23, (1U << 24) - 1}) {
            seen.insert(words(random_bits(seed, stream, path, step, group)));
            ++addresses;
          }
        }
      }
    }
  }
  EXPECT_EQ(seen.size(), addresses);
}

// No state: what was drawn before, or in which order, makes no difference.
TEST(RandomBits, DependOnNothingButTheirAddress) {
  const Words first = words(random_bits(7, Stream::noise, 11, 13, 0));
  for (std::uint32_t step = 0; step < 100; ++step) random_bits(7, Stream::noise, 11, step, 1);
  EXPECT_EQ(words(random_bits(7, Stream::noise, 11, 13, 0)), first);
}

}  // namespace
}  // namespace losscast::test
