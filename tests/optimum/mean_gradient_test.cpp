// The expected final loss and its gradient: against the model's own law, and against differences.
#include "losscast/optimum/mean_gradient.hpp"

#include <gtest/gtest.h>

#include <random>

#include "tests/engine/requests.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {
namespace {

class MeanGradient : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  const SdeModel& model() const { return *GetParam(); }
  Experiment request(int draws) const {
    Experiment request = example_request(model());
    request.draws = example_draws(model(), draws);
    return request;
  }
};
INSTANTIATE_TEST_SUITE_P(Every, MeanGradient, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

// LRs from nearly 0 to three times the reference.
std::vector<double> random_lrs(std::size_t steps, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<double> lrs(steps);
  for (double& lr : lrs) lr = 3 * kRefLr * (1e-4 + static_cast<double>(random()) / 0x1p32);
  return lrs;
}

double skeleton(const SdeModel& model, const std::vector<double>& draw, const std::vector<double>& lrs) {
  const int last[] = {static_cast<int>(lrs.size())};
  std::vector<double> value(1), jacobian(draw.size());
  model.skeleton(blocks_of(model, table(lrs), 1), draw, last, value, jacobian);
  return value[0];
}

TEST_P(MeanGradient, ValueIsTheSkeletonOverTheDraws) {
  const Experiment of = request(11);
  for (const std::vector<double>& lrs :
       {random_lrs(700, 1), lrs_of(wsd(2000)), lrs_of(cosine(2000)), {0.0, 0.0}, {3e-4, 0.0}, {1e-9}}) {
    double expected = 0;
    for (const std::vector<double>& draw : of.draws) expected += skeleton(model(), draw, lrs) / 11;
    EXPECT_NEAR(MeanLaw(of, of.threads).value(lrs), expected, 1e-12);
  }
}

// Central differences at two widths, extrapolated, in the logarithm of each LR: error h^4, and rounding eps / h of the
// loss, against the largest of the derivatives.
TEST_P(MeanGradient, IsTheDifferencesOfTheValue) {
  MeanLaw law(request(3));
  for (const unsigned seed : {1u, 2u, 3u}) {
    std::vector<double> lrs = random_lrs(60, seed), gradient(60);
    EXPECT_EQ(law.gradient(lrs, gradient), law.value(lrs));
    double largest = 0;
    for (std::size_t s = 0; s < lrs.size(); ++s) largest = std::max(largest, std::abs(gradient[s] * lrs[s]));
    for (std::size_t s = 0; s < lrs.size(); ++s) {
      const auto difference = [&](double h) {
        std::vector<double> up = lrs, down = lrs;
        up[s] *= 1 + h;
        down[s] *= 1 - h;
        return (law.value(up) - law.value(down)) / (2 * h);
      };
      const double extrapolated = (4 * difference(1e-3) - difference(2e-3)) / 3;
      EXPECT_NEAR(gradient[s] * lrs[s], extrapolated, 1e-6 * std::abs(extrapolated) + 1e-9 * largest) << s;
    }
  }
}

// Along a direction that moves all of a run's LRs at once.
TEST_P(MeanGradient, HoldsOverALongRun) {
  MeanLaw law(request(2));
  std::vector<double> lrs = lrs_of(cosine(5000)), direction = random_lrs(5000, 4), gradient(5000);
  lrs[0] = 1e-7;
  for (std::size_t s = 0; s < lrs.size(); ++s) direction[s] *= lrs[s] / kRefLr;
  law.gradient(lrs, gradient);
  double slope = 0;
  for (std::size_t s = 0; s < lrs.size(); ++s) slope += gradient[s] * direction[s];
  const auto difference = [&](double h) {
    std::vector<double> up = lrs, down = lrs;
    for (std::size_t s = 0; s < lrs.size(); ++s) {
      up[s] += h * direction[s];
      down[s] -= h * direction[s];
    }
    return (law.value(up) - law.value(down)) / (2 * h);
  };
  const double extrapolated = (4 * difference(1e-3) - difference(2e-3)) / 3;
  EXPECT_NEAR(slope, extrapolated, 1e-6 * std::abs(extrapolated));
}

// From above, as no LR is below 0.
TEST_P(MeanGradient, AtAnLrOfZeroIsTheOneFromAbove) {
  MeanLaw law(request(2));
  std::vector<double> lrs = random_lrs(40, 5), gradient(40);
  lrs[20] = 0;
  const double loss = law.gradient(lrs, gradient);
  if (model().effective_lr().lr_power < 1) {
    EXPECT_TRUE(std::isinf(gradient[20]));
    return;
  }
  const double h = 1e-6 * kRefLr;  // what it adds grows as h^(1 + q)
  lrs[20] = h;
  EXPECT_NEAR(gradient[20], (law.value(lrs) - loss) / h, 1e-3 * std::abs(gradient[20]));
}

TEST_P(MeanGradient, IsTheSameBytesOnAnyNumberOfThreads) {
  Experiment of = request(13);
  const std::vector<double> lrs = random_lrs(300, 6);
  std::vector<double> first(300), other(300);
  of.threads = 1;
  const double loss = MeanLaw(of, of.threads).gradient(lrs, first);
  of.threads = 3;
  EXPECT_EQ(MeanLaw(of, of.threads).gradient(lrs, other), loss);
  EXPECT_EQ(first, other);
}

}  // namespace
}  // namespace losscast::test
