// Philox of many paths at once gives the words of random_bits(), in every instruction set. (That random_bits() itself
// is Philox is for philox_test.cpp to say.)
#include <gtest/gtest.h>

#include "tests/kernels/isas.hpp"

namespace losscast {

// The copies of philox_lanes_mismatches.cpp.
inline namespace generic {
int philox_lanes_mismatches(std::uint64_t seed, std::uint64_t first_path, std::uint32_t step, std::uint32_t group);
}
namespace avx2 {
int philox_lanes_mismatches(std::uint64_t seed, std::uint64_t first_path, std::uint32_t step, std::uint32_t group);
}
namespace avx512 {
int philox_lanes_mismatches(std::uint64_t seed, std::uint64_t first_path, std::uint32_t step, std::uint32_t group);
}

namespace {

using Mismatches = int(std::uint64_t, std::uint64_t, std::uint32_t, std::uint32_t);

// Expects the words of random_bits(). In one of the calls the lower half of a path's number overflows within the lanes;
// in another one the seed and the step have all bits set.
void expect_the_words_of_random_bits(Mismatches* mismatches) {
  EXPECT_EQ(mismatches(1, 0, 0, 0), 0);
  EXPECT_EQ(mismatches(0x0123456789abcdefU, (std::uint64_t{1} << 32) - 5, 71'999, 8), 0);
  EXPECT_EQ(mismatches(~std::uint64_t{0}, ~std::uint64_t{0} - 40, 0xffffffffU, 0xffffffU), 0);
}

TEST(PhiloxLanes, Generic) { expect_the_words_of_random_bits(generic::philox_lanes_mismatches); }

#if defined(__x86_64__)
TEST(PhiloxLanes, WiderInstructionSets) {
  for (const Isa isa : test::available_isas()) {
    SCOPED_TRACE(isa_name(isa));
    if (isa == Isa::avx2) expect_the_words_of_random_bits(avx2::philox_lanes_mismatches);
    if (isa == Isa::avx512) expect_the_words_of_random_bits(avx512::philox_lanes_mismatches);
  }
}
#endif

}  // namespace
}  // namespace losscast
