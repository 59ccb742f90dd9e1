// What the functions give at the edges of their domains, in both precisions.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "losscast/math/modes.hpp"

namespace losscast::test {
namespace {

template <class Real>
class Edges : public ::testing::Test {
 protected:
  using Limits = std::numeric_limits<Real>;
  static constexpr Real kInfinity = Limits::infinity();
  static constexpr Real kNaN = Limits::quiet_NaN();
  static constexpr Real kDenormal = Limits::denorm_min();
};

using Precisions = ::testing::Types<float, double>;
TYPED_TEST_SUITE(Edges, Precisions);

TYPED_TEST(Edges, Exp) {
  using Real = TypeParam;
  EXPECT_EQ(math::exp(Real(0)), Real(1));
  EXPECT_EQ(math::exp(Real(1000)), this->kInfinity);
  EXPECT_EQ(math::exp(this->kInfinity), this->kInfinity);
  EXPECT_EQ(math::exp(Real(-1000)), Real(0));
  EXPECT_EQ(math::exp(-this->kInfinity), Real(0));
  EXPECT_TRUE(std::isnan(math::exp(this->kNaN)));
  const Real into_denormals = std::log(TestFixture::Limits::min()) - Real(5);
  EXPECT_NEAR(math::exp(into_denormals) / this->kDenormal, std::exp(into_denormals) / this->kDenormal, 1.0);
}

TYPED_TEST(Edges, Expm1) {
  using Real = TypeParam;
  for (const Real x : {Real(0), this->kDenormal, -this->kDenormal, TestFixture::Limits::min()}) {
    EXPECT_EQ(math::expm1(x), x);
  }
  EXPECT_TRUE(std::signbit(math::expm1(Real(-0.0))));
  EXPECT_EQ(math::expm1(Real(1000)), this->kInfinity);
  EXPECT_EQ(math::expm1(this->kInfinity), this->kInfinity);
  EXPECT_EQ(math::expm1(Real(-1000)), Real(-1));
  EXPECT_EQ(math::expm1(-this->kInfinity), Real(-1));
  EXPECT_TRUE(std::isnan(math::expm1(this->kNaN)));
}

TYPED_TEST(Edges, Log) {
  using Real = TypeParam;
  EXPECT_EQ(math::log(Real(1)), Real(0));
  EXPECT_EQ(math::log(Real(0)), -this->kInfinity);
  EXPECT_EQ(math::log(this->kInfinity), this->kInfinity);
  EXPECT_TRUE(std::isnan(math::log(Real(-1))));
  EXPECT_TRUE(std::isnan(math::log(-this->kInfinity)));
  EXPECT_TRUE(std::isnan(math::log(this->kNaN)));
  const Real exact = std::log(this->kDenormal);
  EXPECT_NEAR(math::log(this->kDenormal), exact, std::abs(exact) * TestFixture::Limits::epsilon());
}

TYPED_TEST(Edges, Pow) {
  using Real = TypeParam;
  for (const Real x : {Real(0), this->kDenormal, Real(0.3), Real(1), Real(7), this->kInfinity}) {
    EXPECT_EQ(math::pow(x, Real(0)), Real(1)) << x;
  }
  EXPECT_EQ(math::pow(Real(1), Real(1e30)), Real(1));
  EXPECT_EQ(math::pow(Real(0), Real(0.5)), Real(0));
  EXPECT_EQ(math::pow(Real(0), Real(-0.5)), this->kInfinity);
  EXPECT_EQ(math::pow(this->kInfinity, Real(0.5)), this->kInfinity);
  EXPECT_EQ(math::pow(this->kInfinity, Real(-0.5)), Real(0));
  EXPECT_EQ(math::pow(Real(10), TestFixture::Limits::max()), this->kInfinity);
  EXPECT_EQ(math::pow(Real(10), -TestFixture::Limits::max()), Real(0));
  EXPECT_TRUE(std::isnan(math::pow(Real(-2), Real(2))));
  EXPECT_TRUE(std::isnan(math::pow(this->kNaN, Real(2))));
  EXPECT_TRUE(std::isnan(math::pow(Real(2), this->kNaN)));
}

// Powers that are exact: their logarithms are not, so this needs the logarithm's second part.
TYPED_TEST(Edges, PowOfSmallIntegersIsExact) {
  using Real = TypeParam;
  for (int base = 1; base <= 16; ++base) {
    Real power = 1;
    for (int y = 1; y <= 5; ++y) {
      power *= static_cast<Real>(base);
      EXPECT_EQ(math::pow(static_cast<Real>(base), static_cast<Real>(y)), power) << base << " to the power " << y;
    }
  }
}

TYPED_TEST(Edges, Sqrt) {
  using Real = TypeParam;
  EXPECT_EQ(math::sqrt(Real(0)), Real(0));
  EXPECT_EQ(math::sqrt(this->kInfinity), this->kInfinity);
  EXPECT_TRUE(std::isnan(math::sqrt(Real(-1))));
}

TEST(SincosTurnsEdges, QuarterTurnsAreExact) {
  const float sines[] = {0.0f, 1.0f, 0.0f, -1.0f};
  const float cosines[] = {1.0f, 0.0f, -1.0f, 0.0f};
  for (std::uint32_t quarter = 0; quarter < 4; ++quarter) {
    float s, c;
    math::sincos_turns(quarter << 30, s, c);
    EXPECT_EQ(s, sines[quarter]) << quarter;
    EXPECT_EQ(c, cosines[quarter]) << quarter;
  }
}

TEST(CosPiEdges, MultiplesOfOneHalfAreExact) {
  for (int i = -9; i <= 9; ++i) {
    EXPECT_EQ(math::cos_pi(i), i % 2 == 0 ? 1.0 : -1.0) << i;
    EXPECT_EQ(math::cos_pi(i + 0.5), 0.0) << i;
  }
  EXPECT_EQ(math::cos_pi(0x1p50 + 1.0), -1.0);
}

// The comparison of bits agrees with that of the numbers, from both ends of the floats to the bound's neighbours.
TEST(RaisedTo, IsTheLargerOfTheTwo) {
  constexpr float kLargest = std::numeric_limits<float>::max(), kInfinity = std::numeric_limits<float>::infinity();
  for (const float bound : {0x1p-96f, 1e-3f, 2.5f})
    for (const float x : {-kInfinity, -kLargest, -2.5f, -0x1p-149f, -0.0f, 0.0f, 0x1p-149f, std::nextafter(bound, 0.0f),
                          bound, std::nextafter(bound, 9.0f), kLargest, kInfinity})
      EXPECT_EQ(raised_to(bound, x), x > bound ? x : bound) << bound << " " << x;
}

}  // namespace
}  // namespace losscast::test
