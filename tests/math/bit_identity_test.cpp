// The same bits from every instruction set. A compiler or machine that computes anything else fails here.
#include <gtest/gtest.h>

#include "tests/math/checksum_cases.hpp"

namespace losscast {

// The copies of checksums.cpp.
inline namespace generic {
void elementary_checksums(std::uint64_t* out);
}
namespace avx2 {
void elementary_checksums(std::uint64_t* out);
}
namespace avx512 {
void elementary_checksums(std::uint64_t* out);
}

namespace {

void expect_recorded_checksums(void (*compute)(std::uint64_t*)) {
  std::uint64_t found[checksum::AllCases::kSize];
  compute(found);
  for (std::size_t i = 0; i < checksum::AllCases::kSize; ++i) {
    EXPECT_EQ(found[i], checksum::AllCases::kRecorded[i])
        << checksum::AllCases::kNames[i] << std::hex << " gives 0x" << found[i];
  }
}

TEST(BitIdentity, Generic) { expect_recorded_checksums(generic::elementary_checksums); }

#if defined(__x86_64__)
TEST(BitIdentity, Avx2) {
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) {
    GTEST_SKIP() << "NOT TESTED: this CPU has no AVX2 with FMA";
  }
  expect_recorded_checksums(avx2::elementary_checksums);
}

TEST(BitIdentity, Avx512) {
  for (const bool supported : {__builtin_cpu_supports("avx512f") != 0, __builtin_cpu_supports("avx512dq") != 0,
                               __builtin_cpu_supports("avx512vl") != 0, __builtin_cpu_supports("avx512bw") != 0}) {
    if (!supported) GTEST_SKIP() << "NOT TESTED: this CPU has no AVX-512 (F, DQ, VL and BW)";
  }
  expect_recorded_checksums(avx512::elementary_checksums);
}
#else
TEST(BitIdentity, VectorInstructionSets) { GTEST_SKIP() << "NOT TESTED: there are x86-64 variants only"; }
#endif

}  // namespace
}  // namespace losscast
