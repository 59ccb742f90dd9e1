// The functions of the inner loop on a GPU: the reproducible ones against the correctly rounded operations of the CUDA
// library, over all arguments where there is one, and the fast ones against the reproducible ones.
#include <cuda_runtime.h>
#include <gtest/gtest.h>

#include <iostream>

#include "tests/math/checksum_cases.hpp"

namespace losscast::test {
namespace {

using math::internal::from_bits;
using math::internal::to_bits;

__device__ float magnitude(float x) { return x < 0.0f ? -x : x; }

// Distances: how many floats apart, and relative to `expected`.
__device__ float steps_between(float found, float expected) {
  const auto steps = static_cast<std::int64_t>(to_bits(found)) - static_cast<std::int64_t>(to_bits(expected));
  return static_cast<float>(steps < 0 ? -steps : steps);
}
__device__ float relative(float found, float expected) { return magnitude(found - expected) / magnitude(expected); }

// NaN if either is.
__device__ float larger(float a, float b) { return a > b || a != a ? a : b; }

// A check: its name, the largest distance that it allows, and the distance at an index. The index is the bit pattern
// of the argument, or numbers well-mixed operands.
struct Root {
  static constexpr const char* kName = "sqrt_positive";
  static constexpr float kLargest = 0.0f;
  __device__ float operator()(std::uint32_t bits) const {
    const float x = from_bits(bits);
    return steps_between(ReproducibleMath::sqrt_positive(x), __fsqrt_rn(x));
  }
};
struct RootOrZero {
  static constexpr const char* kName = "sqrt";
  static constexpr float kLargest = 0.0f;
  __device__ float operator()(std::uint32_t bits) const {
    const float x = from_bits(bits);
    return steps_between(ReproducibleMath::sqrt(x), x < kSmallestRoot ? 0.0f : __fsqrt_rn(x));
  }
};
struct InverseRoot {
  static constexpr const char* kName = "inverse_sqrt";
  static constexpr float kLargest = 0.0f;
  __device__ float operator()(std::uint32_t bits) const {
    const float x = from_bits(bits);
    return steps_between(ReproducibleMath::inverse_sqrt(x), __frcp_rn(__fsqrt_rn(x)));
  }
};
struct Reciprocal {
  static constexpr const char* kName = "divide(1, b)";
  static constexpr float kLargest = 0.0f;
  __device__ float operator()(std::uint32_t bits) const {
    const float b = from_bits(bits);
    return steps_between(ReproducibleMath::divide(1.0f, b), __frcp_rn(b));
  }
};
struct QuotientOfZero {
  static constexpr const char* kName = "divide(0, b)";
  static constexpr float kLargest = 0.0f;
  __device__ float operator()(std::uint32_t bits) const {
    const float b = from_bits(bits);
    return steps_between(ReproducibleMath::divide(0.0f, b), __fdiv_rn(0.0f, b));
  }
};
struct Quotient {
  static constexpr const char* kName = "divide";
  static constexpr float kLargest = 0.0f;
  __device__ float operator()(std::uint32_t i) const {
    const checksum::Operands x = checksum::operands(i);
    return steps_between(ReproducibleMath::divide(x.a, x.b), __fdiv_rn(x.a, x.b));
  }
};

// Limits for the fast functions: a few times what the PTX manual says of the instructions, so that a wrong formula
// fails and another chip's rounding errors do not.
struct FastRoot {
  static constexpr const char* kName = "fast sqrt, relative";
  static constexpr float kLargest = 1e-6f;
  __device__ float operator()(std::uint32_t bits) const {
    const float x = from_bits(bits);
    const float expected = ReproducibleMath::sqrt(x);
    return larger(relative(FastMath::sqrt(x), expected), relative(FastMath::sqrt_positive(x), expected));
  }
};
struct FastRootOfNearlyNothing {  // where the reproducible function gives 0
  static constexpr const char* kName = "fast sqrt below 2^-96, absolute";
  static constexpr float kLargest = 0x1.01p-48f;
  __device__ float operator()(std::uint32_t bits) const { return magnitude(FastMath::sqrt(from_bits(bits))); }
};
struct FastInverseRoot {
  static constexpr const char* kName = "fast inverse_sqrt, relative";
  static constexpr float kLargest = 1e-6f;
  __device__ float operator()(std::uint32_t bits) const {
    const float x = from_bits(bits);
    return relative(FastMath::inverse_sqrt(x), ReproducibleMath::inverse_sqrt(x));
  }
};
struct FastQuotient {
  static constexpr const char* kName = "fast divide, relative";
  static constexpr float kLargest = 1e-6f;
  __device__ float operator()(std::uint32_t i) const {
    const checksum::Operands x = checksum::operands(i);
    return relative(FastMath::divide(x.a, x.b), ReproducibleMath::divide(x.a, x.b));
  }
};
struct FastLog {  // near 1 the instruction's error is absolute
  static constexpr const char* kName = "fast log, of max(1, |log x|)";
  static constexpr float kLargest = 1e-6f;
  __device__ float operator()(std::uint32_t bits) const {
    const float expected = ReproducibleMath::log(from_bits(bits));
    return magnitude(FastMath::log(from_bits(bits)) - expected) / fmaxf(1.0f, magnitude(expected));
  }
};
struct FastRadius {  // of a normal variate: NaN if the logarithm of a number just below 1 came out positive
  static constexpr const char* kName = "fast sqrt(-2 log u), absolute";
  static constexpr float kLargest = 1e-3f;
  __device__ float operator()(std::uint32_t bits) const {
    const float u = from_bits(bits);
    return magnitude(FastMath::sqrt_positive(FastMath::minus_two_log(u)) -
                     ReproducibleMath::sqrt_positive(ReproducibleMath::minus_two_log(u)));
  }
};
struct FastPower {
  static constexpr const char* kName = "fast power, relative, of 1 + |y log x|";
  static constexpr float kLargest = 1e-6f;
  __device__ float operator()(std::uint32_t i) const {
    const checksum::BaseAndExponent x = checksum::base_and_exponent(i);
    const float size = magnitude(x.exponent * ReproducibleMath::log(x.base));
    const float expected = ReproducibleMath::exp(x.exponent * ReproducibleMath::log(x.base));
    return relative(FastMath::exp(x.exponent * FastMath::log(x.base)), expected) / (1.0f + size);
  }
};
struct FastRelaxation {
  static constexpr const char* kName = "fast relaxation, relative";
  static constexpr float kLargest = 4e-6f;
  __device__ float operator()(std::uint32_t bits) const {
    const float x = from_bits(bits);
    return relative(FastMath::relaxation(x), ReproducibleMath::relaxation(x));
  }
};
struct FastSincos {
  static constexpr const char* kName = "fast sincos_turns, absolute";
  static constexpr float kLargest = 2e-6f;
  __device__ float operator()(std::uint32_t angle) const {
    float sine, cosine, expected_sine, expected_cosine;
    FastMath::sincos_turns(angle, sine, cosine);
    ReproducibleMath::sincos_turns(angle, expected_sine, expected_cosine);
    return larger(magnitude(sine - expected_sine), magnitude(cosine - expected_cosine));
  }
};

struct Findings {
  unsigned long long too_large;
  unsigned long long worst;  // the bits of the largest distance, above those of its index
};

// Indices first ... first + count - 1.
template <class Check>
__global__ void examine(std::uint32_t first, std::uint64_t count, Findings* findings) {
  const std::uint64_t stride = std::uint64_t{gridDim.x} * blockDim.x;
  Findings mine = {0, first};
  for (std::uint64_t i = std::uint64_t{blockIdx.x} * blockDim.x + threadIdx.x; i < count; i += stride) {
    const auto index = static_cast<std::uint32_t>(first + i);
    const float distance = Check{}(index);
    if (!(distance <= Check::kLargest)) ++mine.too_large;  // NaN too, whose bits are above those of all numbers
    const unsigned long long found = std::uint64_t{to_bits(distance) & 0x7fffffffU} << 32 | index;
    if (found > mine.worst) mine.worst = found;
  }
  atomicAdd(&findings->too_large, mine.too_large);
  atomicMax(&findings->worst, mine.worst);
}

class DeviceModes : public ::testing::Test {
 protected:
  void SetUp() override {
    int devices = 0;
    if (cudaGetDeviceCount(&devices) != cudaSuccess || devices == 0) GTEST_SKIP() << "NOT TESTED: no GPU here";
    ASSERT_EQ(cudaMalloc(&device_findings_, sizeof(Findings)), cudaSuccess);
  }
  void TearDown() override {
    if (device_findings_ != nullptr) EXPECT_EQ(cudaFree(device_findings_), cudaSuccess);
  }

  template <class Check>
  void expect_small_distance(std::uint32_t first, std::uint64_t count) {
    constexpr unsigned kBlocks = 2048, kThreads = 256;
    Findings findings = {};
    ASSERT_EQ(cudaMemset(device_findings_, 0, sizeof(Findings)), cudaSuccess);
    examine<Check><<<kBlocks, kThreads>>>(first, count, device_findings_);
    ASSERT_EQ(cudaMemcpy(&findings, device_findings_, sizeof(Findings), cudaMemcpyDeviceToHost), cudaSuccess);
    const float worst = from_bits(static_cast<std::uint32_t>(findings.worst >> 32));
    const auto index = static_cast<std::uint32_t>(findings.worst);
    std::cout << Check::kName << ": at most " << worst << " (" << count << " arguments, limit " << Check::kLargest
              << ")\n";
    EXPECT_EQ(findings.too_large, 0U) << Check::kName << ": worst at index 0x" << std::hex << index;
  }

  // Both ends included.
  template <class Check>
  void expect_small_distance_between(float low, float high) {
    expect_small_distance<Check>(to_bits(low), std::uint64_t{to_bits(high)} - to_bits(low) + 1);
  }

  static constexpr std::uint64_t kAllIndices = std::uint64_t{1} << 32;
  static constexpr float kSmallestNormal = 0x1p-126f;
  static constexpr float kLargestFloat = 0x1.fffffep127f;

 private:
  Findings* device_findings_ = nullptr;
};

TEST_F(DeviceModes, ReproducibleFunctionsAreCorrectlyRounded) {
  expect_small_distance_between<Root>(kSmallestRoot, kLargestFloat);
  expect_small_distance_between<RootOrZero>(0.0f, kLargestFloat);
  expect_small_distance_between<InverseRoot>(0x1p-96f, 0x1p96f);
  expect_small_distance_between<Reciprocal>(0x1p-100f, 0x1p100f);
  expect_small_distance_between<Reciprocal>(-0x1p-100f, -0x1p100f);
  expect_small_distance_between<QuotientOfZero>(0x1p-100f, 0x1p100f);
  expect_small_distance_between<QuotientOfZero>(-0x1p-100f, -0x1p100f);
  expect_small_distance<Quotient>(0, kAllIndices);
}

TEST_F(DeviceModes, FastFunctionsAreCloseToTheReproducibleOnes) {
  expect_small_distance_between<FastRoot>(kSmallestRoot, kLargestFloat);
  expect_small_distance_between<FastRootOfNearlyNothing>(0.0f, kSmallestRoot);
  expect_small_distance_between<FastInverseRoot>(0x1p-96f, 0x1p96f);
  expect_small_distance<FastQuotient>(0, kAllIndices);
  expect_small_distance_between<FastLog>(kSmallestNormal, kLargestFloat);
  expect_small_distance_between<FastRadius>(0x1p-33f, 1.0f - 0x1p-24f);
  expect_small_distance<FastPower>(0, kAllIndices);
  expect_small_distance_between<FastRelaxation>(kSmallestNormal, kLargestFloat);
  expect_small_distance<FastSincos>(0, kAllIndices);
}

}  // namespace
}  // namespace losscast::test
