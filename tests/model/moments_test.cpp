// Skeleton, mean and variance of every model against the references of tests/reference, which share no code with them.
#include <gtest/gtest.h>

#include "tests/model/examples.hpp"

namespace losscast::test {
namespace {

class Moments : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  const SdeModel& model() const { return *GetParam(); }
  std::vector<double> parameters() const { return example_parameters(model()); }
};
INSTANTIATE_TEST_SUITE_P(Every, Moments, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

std::vector<Schedule> schedules() {
  std::vector<double> rough = {3e-4, 0, 0, 1e-3, 1e-5, 3e-4, 0};  // zero LR, jumps, the last update without effect
  for (int i = 0; i < 200; ++i) rough.push_back(3e-4 * (1 + std::sin(i)));
  return {wsd(2000), cosine(2000), constant(500), constant(1), table(rough), table({0, 0, 0})};
}

std::vector<int> every(int stride, int count) {
  std::vector<int> out;
  for (int b = stride; b <= count; b += stride) out.push_back(b);
  return out;
}

std::vector<std::size_t> as_steps(const std::vector<int>& after) { return {after.begin(), after.end()}; }

// Rounding: each update adds an error of half a unit in the last place to clock and hills, so 24,000 x 1.1e-16 relative
// at most. In the variance the reference's differences of exponentials cost 4 l mean eps / d an update, against a
// stationary variance of 2 l^2 / d; the signal's variance is a difference of squares of the loss.
constexpr double kMeanRoundings = 3e-12;
constexpr double kVarianceRoundings = 1e-11;
constexpr double kSquareRoundings = 1e-15;

double stationary_variance(const reference::Model& model, const reference::Noise& noise) {
  double sum = 0;
  for (const auto& hill : model.hills) sum += 2 * hill.level * hill.level / noise.hill_dimensions;
  return sum;
}

// Blocks of one update are the SDE's exact law; compared after every update.
TEST_P(Moments, OfSingleUpdatesAreTheReferencesAfterEveryUpdate) {
  PathNoise noise;
  noise.four_over_d = 4.0f / 20;
  const reference::Model expected_model = reference_of(model());
  const double scale = stationary_variance(expected_model, reference_of(noise));
  for (const Schedule& schedule : schedules()) {
    const BlockTable table = blocks_of(model(), schedule, 1);
    const auto after = every(1, static_cast<int>(schedule.total_steps()));
    const auto actual = model().moments(table, parameters(), noise, Scheme::exact_moments, after);
    const auto expected = reference::law(expected_model, lrs_of(schedule), reference_of(noise), as_steps(after));
    ASSERT_EQ(actual.size(), expected.size());
    for (std::size_t i = 0; i < actual.size(); ++i) {
      ASSERT_NEAR(actual[i].skeleton, expected[i].skeleton, kMeanRoundings * expected[i].skeleton) << i;
      ASSERT_NEAR(actual[i].mean, expected[i].mean, kMeanRoundings * expected[i].mean) << i;
      ASSERT_NEAR(actual[i].variance, expected[i].variance,
                  kVarianceRoundings * scale + kSquareRoundings * expected[i].mean * expected[i].mean)
          << i;
    }
  }
}

// Every source of noise is on. The expectation over the clock is taken by Gauss-Hermite in the library and by Simpson's
// rule in the reference. They are compared from the end of the warm-up on, where the clock is 15 or more standard
// deviations above its floor.
TEST_P(Moments, WithAllNoiseAreTheReferences) {
  const PathNoise noise = example_noise();
  const reference::Model expected_model = reference_of(model());
  for (const Schedule& schedule : {wsd(24000), cosine(24000)}) {
    const BlockTable table = blocks_of(model(), schedule, 1);
    const auto after = every(2400, static_cast<int>(schedule.total_steps()));
    const auto actual = model().moments(table, parameters(), noise, Scheme::exact_moments, after);
    const auto expected = reference::law(expected_model, lrs_of(schedule), reference_of(noise), as_steps(after));
    for (std::size_t i = 0; i < actual.size(); ++i) {
      EXPECT_NEAR(actual[i].skeleton, expected[i].skeleton, kMeanRoundings * expected[i].skeleton) << i;
      EXPECT_NEAR(actual[i].mean, expected[i].mean, 1e-10) << i;
      EXPECT_NEAR(actual[i].variance, expected[i].variance, 1e-9 * expected[i].variance) << i;
      EXPECT_GT(actual[i].mean, actual[i].skeleton) << i;  // Jensen: the signal is convex
    }
  }
}

// Where the effective LR is constant (an AdamW run whose norm begins at its equilibrium) blocks of any length are
// exact.
TEST_P(Moments, AtConstantEffectiveLrAreExactForAnyBlockLength) {
  auto theta = parameters();
  for (std::size_t p = 0; p < theta.size(); ++p)
    if (model().parameters()[p].name == "n0") theta[p] = 1;
  const PathNoise noise = example_noise();
  const Schedule schedule = constant(3000, kRefLr);
  const auto exact = reference::law(reference_of(model(), theta), lrs_of(schedule), reference_of(noise), {3000});
  for (const Step m : {1, 7, 100, 3000}) {
    const BlockTable table = blocks_of(model(), schedule, m);
    const int last[] = {static_cast<int>(table.blocks.size())};
    const auto actual = model().moments(table, theta, noise, Scheme::exact_moments, last);
    EXPECT_NEAR(actual[0].mean, exact[0].mean, 1e-10) << m;
    EXPECT_NEAR(actual[0].variance, exact[0].variance, 1e-9 * exact[0].variance) << m;
  }
}

// The fit computes its law in blocks of up to 32 updates. The curves' own evaluation noise is 6e-4 nats; a fiftieth of
// it must be left for compression.
TEST_P(Moments, InBlocksOf32MissTheLawByLessThanCurvesCanShow) {
  for (const Schedule& schedule : {wsd(24000), cosine(24000)}) {
    const auto exact_blocks = blocks_of(model(), schedule, 1), blocks = blocks_of(model(), schedule, 32);
    std::vector<int> after, exact_after;
    for (int b = 80; b <= 750; b += 10) {
      after.push_back(b);
      exact_after.push_back(32 * b);
    }
    const auto actual = model().moments(blocks, parameters(), {}, Scheme::exact_moments, after);
    const auto exact = reference::law(reference_of(model()), lrs_of(schedule), {}, as_steps(exact_after));
    for (std::size_t i = 0; i < after.size(); ++i)
      EXPECT_NEAR(actual[i].skeleton, exact[i].skeleton, 1.2e-5) << after[i];
  }
}

TEST_P(Moments, SkeletonIsThatOfTheMoments) {
  const BlockTable table = blocks_of(model(), wsd(2000), 7);
  const auto after = every(5, static_cast<int>(table.blocks.size()));
  const auto expected = model().moments(table, parameters(), example_noise(), Scheme::exact_moments, after);
  std::vector<double> values(after.size()), jacobian(after.size() * parameters().size());
  model().skeleton(table, parameters(), after, values, jacobian);
  for (std::size_t i = 0; i < after.size(); ++i)
    EXPECT_NEAR(values[i], expected[i].skeleton, 1e-13 * expected[i].skeleton) << i;
}

// Central differences at two widths, extrapolated: error h^4 = 1e-12 of the derivative, and rounding eps / h = 1e-13 of
// the loss.
TEST_P(Moments, DerivativesOfTheSkeletonAreItsDifferences) {
  const BlockTable table = blocks_of(model(), wsd(2000), 16);
  const auto after = every(5, static_cast<int>(table.blocks.size()));
  const auto law = [&](const std::vector<double>& theta, std::vector<double>& jacobian) {
    std::vector<double> values(after.size());
    jacobian.resize(after.size() * theta.size());
    model().skeleton(table, theta, after, values, jacobian);
    return values;
  };
  const auto theta = parameters();
  std::vector<double> jacobian, ignored;
  law(theta, jacobian);
  for (std::size_t p = 0; p < theta.size(); ++p) {
    const auto difference = [&](double h) {
      auto up = theta, down = theta;
      up[p] += h;
      down[p] -= h;
      auto high = law(up, ignored);
      const auto low = law(down, ignored);
      for (std::size_t i = 0; i < high.size(); ++i) high[i] = (high[i] - low[i]) / (2 * h);
      return high;
    };
    const double h = 1e-3 * theta[p];
    const auto wide = difference(h), narrow = difference(h / 2);
    for (std::size_t i = 0; i < after.size(); ++i) {
      const double extrapolated = (4 * narrow[i] - wide[i]) / 3;
      EXPECT_NEAR(theta[p] * jacobian[i * theta.size() + p], theta[p] * extrapolated, 1e-9)
          << model().parameters()[p].name << " after block " << after[i];
    }
  }
}

TEST_P(Moments, DriveIsTheEffectiveLrOfEachUpdate) {
  const Schedule schedule = cosine(400, 1e-3);
  const reference::Model expected = reference_of(model());
  const BlockTable table = blocks_of(model(), schedule, 1);
  double norm = reference::first_norm(expected);
  for (std::size_t s = 0; s < table.blocks.size(); ++s) {
    const double eta = schedule.lr(static_cast<Step>(s)), y = eta / kRefLr;
    const double after = reference::next_norm(expected, eta, norm), halfway = (norm + after) / 2;
    const Drive<double> drive = model().drive_of(table.blocks[s], parameters());
    const double dtau = reference::hill_time(expected, eta, halfway);
    const double river = reference::river_time(expected, eta, halfway) * reference::river_share(expected, y, halfway);
    const double level =
        std::pow(std::pow(y, expected.lr_power) * std::pow(halfway, -expected.level_norm_power), expected.level_power);
    ASSERT_NEAR(drive.dtau, dtau, 1e-13 * dtau) << s;
    ASSERT_NEAR(drive.river, river, 1e-13 * river) << s;
    ASSERT_NEAR(drive.level, level, 1e-13 * level) << s;
    ASSERT_NEAR(drive.level_change, 0, 1e-13 * level) << s;  // within one update nothing changes
    norm = after;
  }
}

TEST_P(Moments, SignalSlopeIsTheDerivativeOfTheSignal) {
  const reference::Model expected = reference_of(model());
  for (const double u : {0.1, 1.0, 7.0}) {
    const double h = 1e-4 * u;
    const double slope = (expected.signal(u + h) - expected.signal(u - h)) / (2 * h);
    EXPECT_NEAR(model().signal_slope(parameters(), u), slope, 1e-7 * std::abs(slope)) << u;
  }
}

TEST_P(Moments, LargestRateTimesClockIsThatOfTheLongestBlockAndTheFastestHill) {
  const Schedule schedule = wsd(1000);
  const BlockTable table = blocks_of(model(), schedule, 4);
  double fastest = 0, longest = 0;
  for (const Hill& hill : model().hill_constants(parameters())) fastest = std::max(fastest, hill.rate);
  for (const auto& block : table.blocks) longest = std::max(longest, model().drive_of(block, parameters()).dtau);
  EXPECT_NEAR(model().largest_rate_times_clock(table, parameters()), fastest * longest, 1e-14 * fastest * longest);
}

// Noise that differs between runs but not along one adds its variance once.
TEST_P(Moments, RunOffsetAddsItsVariance) {
  const BlockTable table = blocks_of(model(), constant(100), 10);
  const int last[] = {10};
  PathNoise noise = example_noise();
  const auto with = model().moments(table, parameters(), noise, Scheme::exact_moments, last);
  noise.run_offset = 0;
  const auto without = model().moments(table, parameters(), noise, Scheme::exact_moments, last);
  EXPECT_NEAR(with[0].variance - without[0].variance, 1e-6, 1e-12);
  EXPECT_EQ(with[0].mean, without[0].mean);
}

// 1 - k dtau where the exact chain has e^(-k dtau): they must not be the same code.
TEST_P(Moments, SchemesDiffer) {
  const BlockTable table = blocks_of(model(), constant(400), 1);
  const int last[] = {50};
  const auto exact = model().moments(table, parameters(), example_noise(), Scheme::exact_moments, last);
  const auto euler = model().moments(table, parameters(), example_noise(), Scheme::euler, last);
  EXPECT_GT(std::abs(exact[0].mean - euler[0].mean), 1e-9);
  EXPECT_NEAR(exact[0].skeleton - euler[0].skeleton, exact[0].mean - euler[0].mean, 1e-13);
  EXPECT_GT(euler[0].variance, exact[0].variance);
}

}  // namespace
}  // namespace losscast::test
