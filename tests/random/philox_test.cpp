#include "losscast/random/philox.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

namespace losscast::test {
namespace {

struct KnownAnswer {
  RandomBits counter;
  PhiloxKey key;
  RandomBits words;
};

// The published vectors of Random123 (Salmon et al. 2011) for philox4x32-10.
constexpr KnownAnswer kKnownAnswers[] = {
    {{{0, 0, 0, 0}}, {0, 0}, {{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}}},
    {{{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff}},
     {0xffffffff, 0xffffffff},
     {{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}}},
    {{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}},
     {0xa4093822, 0x299f31d0},
     {{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}}},
};

TEST(Philox, GivesThePublishedAnswers) {
  for (const KnownAnswer& known : kKnownAnswers) {
    const RandomBits found = philox4x32_10(known.counter, known.key);
    for (int i = 0; i < 4; ++i) EXPECT_EQ(found.word[i], known.words.word[i]) << "word " << i;
  }
}

// Flipping any bit of counter or key flips each of the 128 output bits with probability 1/2.
TEST(Philox, EveryInputBitChangesHalfOfTheOutput) {
  constexpr int kBlocks = 2000;
  constexpr int kCounterBits = 128, kKeyBits = 64, kOutputBits = 128;
  const double n = static_cast<double>(kBlocks) * kOutputBits;
  for (int bit = 0; bit < kCounterBits + kKeyBits; ++bit) {
    int flipped = 0;
    for (std::uint32_t block = 0; block < kBlocks; ++block) {
      RandomBits counter = {{block, 1, 2, 3}};
      PhiloxKey key = {4, 5};
      const RandomBits before = philox4x32_10(counter, key);
      const std::uint32_t mask = std::uint32_t{1} << (bit % 32);
      if (bit < kCounterBits) {
        counter.word[bit / 32] ^= mask;
      } else {
        (bit < kCounterBits + 32 ? key.low : key.high) ^= mask;
      }
      const RandomBits after = philox4x32_10(counter, key);
      for (int i = 0; i < 4; ++i) flipped += std::popcount(before.word[i] ^ after.word[i]);
    }
    EXPECT_NEAR(flipped / n, 0.5, 6.0 * 0.5 / std::sqrt(n)) << "bit " << bit;
  }
}

}  // namespace
}  // namespace losscast::test
