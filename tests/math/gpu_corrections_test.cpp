// How a GPU makes correctly rounded roots, reciprocals and quotients of approximations (ReproducibleMath), replayed
// here for every approximation that it might start from. What an actual GPU starts from, device_modes_test.cu sees.
#include <gtest/gtest.h>

#include <cmath>
#include <vector>

#include "losscast/math/ieee.hpp"

namespace losscast::test {
namespace {

using math::internal::from_bits;
using math::internal::to_bits;

float corrected_root(float x, float inverse_root) {
  const float root = x * inverse_root;
  return math::fma(math::fma(-root, root, x), 0.5f * inverse_root, root);
}

float corrected_reciprocal(float b, float reciprocal) {
  return math::fma(math::fma(-b, reciprocal, 1.0f), reciprocal, reciprocal);
}

float corrected_quotient(float a, float b, float reciprocal) {
  const float quotient = a * reciprocal;
  return math::fma(math::fma(-b, quotient, a), reciprocal, quotient);
}

constexpr std::uint32_t kBinade = 1U << 23;  // floats between a power of two and the next

// Calls `use` with each float that is less than one unit in the last place from `exact`, in (1/2, 1].
template <class Use>
void for_each_neighbour(double exact, Use use) {
  const std::uint32_t nearest = to_bits(static_cast<float>(exact));
  for (std::uint32_t bits = nearest - 1; bits <= nearest + 1; ++bits) {
    if (std::abs(from_bits(bits) - exact) < 0x1p-24) use(from_bits(bits));
  }
}

// Powers of four and of two change no significand: [1, 4) and [1, 2) stand for all arguments.
TEST(GpuCorrections, RootIsRoundedCorrectlyFromBothNeighboursExceptAtOneArgument) {
  std::vector<float> wrong;
  for (std::uint32_t i = 0; i < 2 * kBinade; ++i) {
    const float x = from_bits(to_bits(1.0f) + i);
    const float root = math::sqrt(x);
    for_each_neighbour(1.0 / std::sqrt(static_cast<double>(x)), [&](float approximation) {
      if (corrected_root(x, approximation) != root) wrong.push_back(x);
    });
  }
  EXPECT_EQ(wrong, std::vector<float>{0x1.dd26e4p+1f});
}

TEST(GpuCorrections, ReciprocalIsRoundedCorrectlyFromBothNeighboursExceptAtOneArgument) {
  std::vector<float> wrong;
  for (std::uint32_t i = 0; i < kBinade; ++i) {
    const float b = from_bits(to_bits(1.0f) + i);
    const float reciprocal = 1.0f / b;
    for_each_neighbour(1.0 / b, [&](float approximation) {
      if (corrected_reciprocal(b, approximation) != reciprocal) wrong.push_back(b);
    });
  }
  EXPECT_EQ(wrong, std::vector<float>{0x1.fffffep+0f});
}

// The operands a, b, integers of 24 bits, whose quotient is closest to the middle m / 2 between two floats of 24 bits:
// a 2^shift = b m + rest with a small rest.
//
// If the reciprocal is correctly rounded, the corrected quotient before its last rounding is less than 6 / (2 b) units
// in the last place from a / b: the first quotient is off by less than 1.5 units, of which the correction misses a
// share of 2^-24 < 1 / b, and the remainder may lose its last bit, another 1 / b. The middle is |rest| / (2 b) away.
// So only rests below 6 can be rounded the wrong way, and these are all of them.
class ClosestQuotients {
 public:
  template <class Use>
  static void for_each(Use use) {
    for (std::uint32_t b = kBinade; b < 2 * kBinade; ++b) {
      for (const std::int64_t rest : {-5, -4, -3, -2, -1, 1, 2, 3, 4, 5}) {
        for (const int shift : {24, 25}) for_each_numerator(b, rest, shift, use);
      }
    }
  }

 private:
  // Solves b m = -rest modulo 2^shift for odd m between 2^24 and 2^25: b and rest must have the same factor 2^twos.
  template <class Use>
  static void for_each_numerator(std::uint32_t b, std::int64_t rest, int shift, Use use) {
    const int twos = __builtin_ctz(b);
    if (twos != __builtin_ctzll(static_cast<std::uint64_t>(rest))) return;
    const std::uint32_t odd = b >> twos;
    std::uint32_t inverse = odd;                                // modulo 2^3, and in each step twice as many bits
    for (int i = 0; i < 4; ++i) inverse *= 2U - odd * inverse;  // Newton's method in the integers modulo 2^32
    const std::uint32_t period = 1U << (shift - twos);
    const auto target = static_cast<std::uint32_t>(-(rest / (std::int64_t{1} << twos)));
    for (std::uint64_t m = (target * inverse) % period; m < 4 * kBinade; m += period) {
      if (m < 2 * kBinade) continue;
      const std::int64_t a = (static_cast<std::int64_t>(b * m) + rest) >> shift;
      const bool normalised = shift == 24 ? a >= b && a < 2 * kBinade : a >= kBinade && a < b;
      if (normalised) use(static_cast<float>(a), static_cast<float>(b));
    }
  }
};

TEST(GpuCorrections, QuotientIsRoundedCorrectlyFromTheReciprocal) {
  std::int64_t cases = 0, wrong = 0, wrong_from_neighbour = 0;
  ClosestQuotients::for_each([&](float a, float b) {
    const float reciprocal = 1.0f / b;
    const float quotient = a / b;
    ++cases;
    wrong += corrected_quotient(a, b, reciprocal) != quotient;
    wrong_from_neighbour += corrected_quotient(a, b, from_bits(to_bits(reciprocal) - 1)) != quotient;
  });
  EXPECT_GT(cases, 10'000'000);
  EXPECT_EQ(wrong, 0);
  EXPECT_GT(wrong_from_neighbour, 0);  // so these cases are hard ones
}

// The remainder of a quotient of small numbers is a denormal, but still an exact one.
TEST(GpuCorrections, QuotientIsRoundedCorrectlyAtTheEndsOfItsRange) {
  struct Exponents {
    int a, b;
  };
  for (const Exponents& exponent :
       {Exponents{-100, -100}, {-100, -50}, {-100, -1}, {-50, 49}, {49, -50}, {99, 0}, {99, 99}}) {
    for (std::uint32_t i = 0; i < kBinade; ++i) {
      const std::uint32_t mixed = i * 0x9E3779B1U >> 9;
      const float a = from_bits(to_bits(1.0f) + i) * math::internal::power_of_two<float>(exponent.a);
      const float b = from_bits(to_bits(1.0f) + mixed) * math::internal::power_of_two<float>(exponent.b);
      ASSERT_EQ(corrected_quotient(a, b, corrected_reciprocal(b, 1.0f / b)), a / b) << a << " / " << b;
    }
  }
}

}  // namespace
}  // namespace losscast::test
