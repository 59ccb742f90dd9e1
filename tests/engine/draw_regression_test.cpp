// Units less what follows from their parameter draws: over repetitions with draws of their own, independent or even,
// the mean is right and errs by what it claims.
#include "engine/draw_regression.hpp"

#include <gtest/gtest.h>

#include "engine/controlled_mean.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "losscast/random/sobol.hpp"
#include "tests/engine/repetitions.hpp"

namespace losscast::test {
namespace {

constexpr std::size_t kUnits = 128, kRepetitions = 1000, kDraws = kUnits * kRepetitions;
constexpr std::size_t kParameters = 5;  // the last is the same for all draws

double normal(std::uint64_t number, std::uint32_t purpose) {
  float four[4];
  normals4(random_bits(1, Stream::noise, number, purpose, 0), four);
  return static_cast<double>(four[0]);
}

enum class Draws { independent, even };

// Each repetition has draws of its own: independent, or the points of a randomisation of Sobol's sequence.
std::vector<std::vector<double>> make_draws(Draws kind) {
  std::vector<std::vector<double>> draws;
  for (std::size_t d = 0; d < kDraws; ++d) {
    std::vector<double>& draw = draws.emplace_back(kParameters, 7.0);
    for (std::size_t p = 0; p + 1 < kParameters; ++p) {
      const auto number = static_cast<std::uint32_t>(p);
      const SobolRandomisation randomisation{kind == Draws::even ? 1u : 2u, Stream::parameters,
                                             kind == Draws::even ? d / kUnits : d};
      draw[p] = sobol(randomisation, static_cast<std::uint32_t>(d % kUnits), static_cast<int>(number)) - 0.5;
    }
  }
  return draws;
}

struct Problem {
  std::vector<std::vector<double>> draws;
  std::vector<float> twins, units;
  double truth = 0;
};

// What the twins miss is smooth in the parameters, mostly linear, and as large as several times the noise.
Problem make_problem(Draws kind) {
  Problem out;
  out.draws = make_draws(kind);
  for (std::size_t d = 0; d < kDraws; ++d) {
    const std::vector<double>& x = out.draws[d];
    const double twin = x[0] + 0.5 * x[1] * x[1];
    const double missed = 0.8 * x[0] + 0.5 * x[1] - 0.7 * x[2] + 0.3 * twin * twin + 0.1 * x[1] * x[3];
    out.twins.push_back(static_cast<float>(3 + twin));
    out.units.push_back(static_cast<float>(3 + twin + missed + 0.07 * normal(d, 0)));
    out.truth += (3 + twin + missed) / static_cast<double>(kDraws);
  }
  return out;
}

Verdict judged(const Problem& problem, const DrawParameters& parameters) {
  std::vector<Repetition> all;
  for (std::size_t first = 0; first < kDraws; first += kUnits) {
    const MeanEstimate estimate =
        estimate_mean(controlled_sample(std::span(problem.units).subspan(first, kUnits), first, Pairing::independent,
                                        static_cast<std::int64_t>(kDraws), problem.twins, parameters));
    all.push_back(repetition_of(estimate));
  }
  return judge(all, problem.truth);
}

TEST(DrawRegression, IsUnbiasedAndHonestOverIndependentDraws) {
  const Problem problem = make_problem(Draws::independent);
  const Verdict with = judged(problem, DrawParameters(problem.draws)), without = judged(problem, {});
  EXPECT_TRUE(with.unbiased()) << with.mean_z;
  EXPECT_TRUE(with.honest()) << with.ratio;
  EXPECT_TRUE(with.covers()) << with.coverage;
  EXPECT_TRUE(without.unbiased() && without.honest() && without.covers()) << "control";
}

// Even draws average out what depends on them, which the units' spread does not know.
TEST(DrawRegression, ClaimsLittleTooMuchOverEvenDraws) {
  const Problem problem = make_problem(Draws::even);
  const Verdict with = judged(problem, DrawParameters(problem.draws)), without = judged(problem, {});
  const auto claimed_over_observed = [](const Verdict& verdict) { return 1 / std::sqrt(verdict.ratio); };
  EXPECT_TRUE(with.unbiased()) << with.mean_z;
  EXPECT_GT(claimed_over_observed(with), 0.9);
  EXPECT_LT(claimed_over_observed(with), 1.5);
  EXPECT_GT(claimed_over_observed(without), 3) << "control: without the regression claims are far too large";
}

// Weights of the units follow from the draws alone: noise of mean 0 stays noise of mean 0.
TEST(DrawRegression, IsLinearInTheUnits) {
  const Problem problem = make_problem(Draws::independent);
  const DrawParameters parameters(problem.draws);
  const auto mean = [&](const std::vector<double>& units) {
    std::vector<double> adjusted = units;
    take_out_draws(adjusted, 5, parameters, problem.twins);
    double sum = 0;
    for (const double unit : adjusted) sum += unit / static_cast<double>(units.size());
    return sum;
  };
  std::vector<double> a, b, both;
  for (std::size_t i = 0; i < kUnits; ++i) {
    a.push_back(normal(i, 1));
    b.push_back(normal(i, 2));
    both.push_back(a.back() + 3 * b.back());
  }
  EXPECT_NEAR(mean(both), mean(a) + 3 * mean(b), 1e-12);
  EXPECT_NEAR(mean(std::vector<double>(kUnits, 2.5)), 2.5, 1e-12);
}

TEST(DrawRegression, LeavesUnitsAloneWhereTheyAreFewOrCoverTheDraws) {
  const std::vector<std::vector<double>> draws = {{1, 2}, {2, 1}, {3, 5}};
  const std::vector<float> twins = {1, 2, 4};
  const std::vector<double> few = {0.5, 1, 3};
  std::vector<double> many;
  for (std::size_t i = 0; i < 96; ++i) many.push_back(normal(i, 4));
  for (const std::vector<double>& units : {few, many}) {
    std::vector<double> same = units;
    take_out_draws(same, 0, DrawParameters(draws), twins);
    EXPECT_EQ(same, units);
  }
}

// Columns that say the same thing twice, as do a parameter and a twin in proportion to it, count once.
TEST(DrawRegression, BearsColumnsThatDependOnEachOther) {
  std::vector<std::vector<double>> draws;
  std::vector<float> twins;
  std::vector<double> units;
  for (std::size_t d = 0; d < 512; ++d) {
    const double x = normal(d, 3);
    draws.push_back({static_cast<double>(static_cast<float>(x)), 1 - 2 * static_cast<double>(static_cast<float>(x))});
    twins.push_back(static_cast<float>(x));
    if (d < kUnits) units.push_back(4 + 3 * draws.back()[0]);
  }
  double centre = 0;
  for (const auto& draw : draws) centre += (4 + 3 * draw[0]) / 512;
  take_out_draws(units, 0, DrawParameters(draws), twins);
  for (const double unit : units) EXPECT_NEAR(unit, centre, 1e-9);
}

}  // namespace
}  // namespace losscast::test
