// The expected final loss and its gradient: against the model's own law, and against differences.
#include "losscast/model/mean_law.hpp"

#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <random>

#include "losscast/model/adamw.hpp"
#include "model/river_hills_mean_run.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {
namespace {

class MeanLawOf : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  const SdeModel& model() const { return *GetParam(); }
  LossSde sde(int draws) const {
    std::vector<std::vector<double>> all = example_draws(model(), draws);
    // A peak LR has no derivative where two updates share it: instability_test.cpp has the limit of stability.
    if (model().name() == "adamw")
      for (std::vector<double>& draw : all) draw.back() = 50;
    return {&model(), kReference, kWeightDecay, std::move(all), example_noise(), {}};
  }
};
INSTANTIATE_TEST_SUITE_P(Every, MeanLawOf, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

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

TEST_P(MeanLawOf, ValueIsTheSkeletonOverTheDraws) {
  const LossSde law_sde = sde(11);
  for (const std::vector<double>& lrs :
       {random_lrs(700, 1), lrs_of(wsd(2000)), lrs_of(cosine(2000)), {0.0, 0.0}, {3e-4, 0.0}, {1e-9}}) {
    double expected = 0;
    for (const std::vector<double>& draw : law_sde.draws) expected += skeleton(model(), draw, lrs) / 11;
    EXPECT_NEAR(MeanLaw(law_sde).value(lrs), expected, 1e-12);
  }
}

// Central differences at two widths, extrapolated, in the logarithm of each LR: error h^4, and rounding eps / h of the
// loss, against the largest of the derivatives.
TEST_P(MeanLawOf, IsTheDifferencesOfTheValue) {
  MeanLaw law(sde(3));
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

// The expected number of each update's jumps, each with what is left of it at the end.
TEST(MeanLaw, AddsTheMeanOfJumps) {
  const SdeModel& model = find_model("power");
  LossSde calm{&model, kReference, kWeightDecay, example_draws(model, 2), example_noise(), {}};
  LossSde spiked = calm;
  spiked.spikes = {.jump_rate = 2e-3, .critical_lr = 5e-4, .jump_exponent = 3, .mean_jump = 0.2, .jump_decay = 0.01};
  spiked.spikes.barrier_noise = spiked.spikes.barrier_limit = 1;
  const std::vector<double> lrs = random_lrs(300, 7);
  double jumps = 0;
  for (std::size_t s = 0; s < lrs.size(); ++s)
    jumps += 2e-3 * std::pow(lrs[s] / 5e-4, 3) * 0.2 * std::exp(-0.01 * static_cast<double>(lrs.size() - 1 - s));
  MeanLaw law(spiked), of_calm(calm);
  EXPECT_NEAR(law.value(lrs), of_calm.value(lrs) + jumps, 1e-12);
  EXPECT_GT(jumps, 0.01) << "there is something to add";
  std::vector<double> gradient(lrs.size()), gradient_of_calm(lrs.size());
  EXPECT_EQ(law.gradient(lrs, gradient), law.value(lrs));
  of_calm.gradient(lrs, gradient_of_calm);
  for (const std::size_t s : {std::size_t{0}, std::size_t{150}, lrs.size() - 1}) {
    const double of_jumps =
        2e-3 * 3 * std::pow(lrs[s] / 5e-4, 2) / 5e-4 * 0.2 * std::exp(-0.01 * static_cast<double>(lrs.size() - 1 - s));
    EXPECT_NEAR(gradient[s] - gradient_of_calm[s], of_jumps, 1e-9 * std::abs(gradient[s])) << s;
  }
}

// Along a direction that moves all of a run's LRs at once.
TEST_P(MeanLawOf, HoldsOverALongRun) {
  MeanLaw law(sde(2));
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
TEST_P(MeanLawOf, AtAnLrOfZeroIsTheOneFromAbove) {
  MeanLaw law(sde(2));
  std::vector<double> lrs = random_lrs(40, 5), gradient(40);
  lrs[20] = 0;
  const double loss = law.gradient(lrs, gradient);
  if (model().effective_lr().lr_power < 1) {
    EXPECT_TRUE(std::isinf(gradient[20]));
    return;
  }
  const double h = 1e-8 * kRefLr;  // what it adds beside grows as h^(1 + q), and as h^2 on the slow river
  lrs[20] = h;
  EXPECT_NEAR(gradient[20], (law.value(lrs) - loss) / h, 1e-3 * std::abs(gradient[20]));
}

// The way that any dynamics has, an update at a time by dual numbers, beside the one by hand.
TEST(MeanRun, ByHandIsTheOneByDualNumbers) {
  const std::vector<double> lrs = random_lrs(50, 7);
  std::vector<double> clock, level, log_level, saturation, norm(50, 0.3);
  for (const double lr : lrs) {
    const double y = lr / kRefLr;
    clock.push_back(y * kRefLr);
    level.push_back(std::pow(y, AdamW::kEffectiveLr.level_power));
    log_level.push_back(std::log(y));
    saturation.push_back(std::pow(y, EffectiveLr::kSaturation));
  }
  const Updates updates{kReference, 0.01, lrs, clock, level, log_level, saturation, norm};
  const std::vector<double> parameters = example_parameters(find_model("adamw"));
  RiverHillsMeanRun<AdamW> by_hand;
  DualMeanRun<AdamW> dual;
  EXPECT_NEAR(by_hand.forwards(updates, parameters), dual.forwards(updates, parameters), 1e-13);
  std::vector<double> lr_bars(50), norm_bars(50), expected_lr_bars(50), expected_norm_bars(50);
  by_hand.backwards(updates, lr_bars, norm_bars);
  dual.backwards(updates, expected_lr_bars, expected_norm_bars);
  for (std::size_t s = 0; s < lrs.size(); ++s) {
    EXPECT_NEAR(lr_bars[s], expected_lr_bars[s], 1e-11 * std::abs(expected_lr_bars[s])) << s;
    EXPECT_NEAR(norm_bars[s], expected_norm_bars[s], 1e-11 * std::abs(expected_norm_bars[s])) << s;
  }
}

// What a process takes at most that does nothing but this. [bytes]
template <class Work>
std::size_t peak_memory_of(const Work& work) {
  const pid_t child = fork();
  if (child == 0) {
    work();
    _exit(0);
  }
  int status = 0;
  rusage usage{};
  wait4(child, &status, 0, &usage);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  return static_cast<std::size_t>(usage.ru_maxrss) * 1024;
}

// The limit is 256 MB for two threads; with a state of each hill at each step it would be more than a gigabyte.
TEST(MeanLawMemory, OfAMillionStepsStaysWithinTheStatedLimit) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "a sanitizer takes memory of its own";
#endif
  const LossSde law_sde{&find_model("adamw"), kReference, kWeightDecay, example_draws(find_model("adamw"), 8),
                        example_noise(),      {}};
  const std::size_t least = peak_memory_of([] {});
  const std::size_t taken = peak_memory_of([&] {
    std::vector<double> lrs(1'000'000, 1e-4), gradient(lrs.size());
    MeanLaw(law_sde, 2).gradient(lrs, gradient);
  });
  EXPECT_LT(taken - least, 256'000'000u);
}

TEST_P(MeanLawOf, IsTheSameBytesOnAnyNumberOfThreads) {
  const LossSde law_sde = sde(13);
  const std::vector<double> lrs = random_lrs(300, 6);
  std::vector<double> first(300), other(300);
  const double loss = MeanLaw(law_sde, 1).gradient(lrs, first);
  EXPECT_EQ(MeanLaw(law_sde, 3).gradient(lrs, other), loss);
  EXPECT_EQ(first, other);
}

}  // namespace
}  // namespace losscast::test
