#include "fit/law_error_given_runs.hpp"

#include <gtest/gtest.h>

#include <cmath>

namespace losscast::test {
namespace {

constexpr std::int64_t kSamples = 20'000;
constexpr double kDeviation = 0.004, kNoise = 0.001;

RecipeFeatures at(double first) { return {first, -2, 3, 0, 0, 0}; }

std::vector<double> errors(const LawErrorGivenRuns& law, double place) {
  std::vector<double> out(kSamples);
  law.errors(at(place), kDeviation, out);
  return out;
}

double mean_product(const std::vector<double>& a, const std::vector<double>& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.size(); ++i) sum += a[i] * b[i];
  return sum / static_cast<double>(a.size());
}

// Five standard errors of a mean product of two normal variables of these variances, correlated at most.
double five_errors(double variance) { return 5 * std::sqrt(2.0 / static_cast<double>(kSamples)) * variance; }

double prior(double apart) { return kDeviation * kDeviation * std::exp(-apart * apart / 2); }

TEST(LawErrorGivenRuns, IsTheLawsErrorWithoutRuns) {
  const LawErrorGivenRuns law(7, kSamples);
  const UnitLawError unit(7, kSamples);
  const std::vector<double> here = errors(law, 1);
  for (std::int64_t i = 0; i < 50; ++i) EXPECT_EQ(here[static_cast<std::size_t>(i)], kDeviation * unit.at(i, at(1)));
}

// Variances and covariances of a normal law given two of its values with noise, in closed form.
TEST(LawErrorGivenRuns, HasTheLawGivenTheirEnds) {
  LawErrorGivenRuns law(7, kSamples);
  const double ends[] = {0.0, 1.5};
  law.know({{at(ends[0]), kDeviation, kNoise}, {at(ends[1]), kDeviation, kNoise}});
  const double own = prior(0) + kNoise * kNoise, shared = prior(ends[1] - ends[0]);
  const auto expected = [&](double x, double y) {
    const double x0 = prior(x - ends[0]), x1 = prior(x - ends[1]), y0 = prior(y - ends[0]), y1 = prior(y - ends[1]);
    return prior(x - y) - (own * (x0 * y0 + x1 * y1) - shared * (x0 * y1 + x1 * y0)) / (own * own - shared * shared);
  };
  for (const double place : {0.0, 0.3, 1.0, 2.5, 8.0}) {
    EXPECT_NEAR(mean_product(errors(law, place), errors(law, place)), expected(place, place), five_errors(prior(0)));
    EXPECT_NEAR(mean_product(errors(law, place), errors(law, 0.7)), expected(place, 0.7), five_errors(prior(0)));
  }
  EXPECT_LT(expected(0, 0), 0.1 * prior(0));
  EXPECT_GT(expected(8, 8), 0.99 * prior(0));
}

TEST(LawErrorGivenRuns, MayKnowOneRunTwice) {
  LawErrorGivenRuns law(7, 100);
  law.know({{at(0), kDeviation, 0}, {at(0), kDeviation, 0}});
  std::vector<double> out(100);
  law.errors(at(0), kDeviation, out);
  for (const double error : out) EXPECT_NEAR(error, 0, 1e-5);
}

}  // namespace
}  // namespace losscast::test
