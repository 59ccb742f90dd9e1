#include "losscast/train/training.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "losscast/base/error.hpp"
#include "tests/train/settings.hpp"

namespace losscast {
namespace {

using test::small_run;

constexpr Parameterisation kMup = Parameterisation::mup;

std::vector<TrainingSettings> one_of_each() {
  std::vector<TrainingSettings> runs = {
      small_run(Optimiser::sgd, kMup, 0.5, 0), small_run(Optimiser::adam, kMup, 0.01, 1e-8),
      small_run(Optimiser::shampoo, kMup, 0.05, 1e-4), small_run(Optimiser::kfac, kMup, 0.02, 1e-2),
      small_run(Optimiser::foof, kMup, 0.3, 1e-2)};
  for (TrainingSettings& run : runs) run.shape.width = 32;
  return runs;
}

// The task is one of 0.5; what an untrained network of zeros has.
TEST(Train, LowersTheLossByEachOptimiser) {
  for (const TrainedLosses& outcome : train_all(one_of_each(), 1))
    EXPECT_LT(outcome.last_loss, 0.5 * outcome.first_loss);
}

TEST(Train, GivesTheSameBitsForAnyNumberOfThreads) {
  const std::vector<TrainingSettings> runs = one_of_each();
  const std::vector<TrainedLosses> alone = train_all(runs, 1), together = train_all(runs, 3);
  for (std::size_t i = 0; i < runs.size(); ++i) {
    EXPECT_EQ(alone[i].first_loss, together[i].first_loss);
    EXPECT_EQ(alone[i].last_loss, together[i].last_loss);
  }
}

TEST(Train, DependsOnTheSeed) {
  TrainingSettings run = small_run(Optimiser::sgd, kMup, 0.5, 0);
  const double loss = train(run).last_loss;
  run.seed = 1;
  EXPECT_NE(train(run).last_loss, loss);
}

// The mean square of 1 is that of 1,024 examples, of which 512 are held out: their own differs by at most
// sqrt(Var(y^2)/1024), 0.044 for normal targets; five times that.
TEST(Train, StartsAtHalfTheMeanSquareOfTheTargets) {
  TrainingSettings run = small_run(Optimiser::sgd, kMup, 0.5, 0);
  run.values[2].initial_deviation = 0;
  run.steps = 0;
  EXPECT_NEAR(train(run).first_loss, 0.5, 0.11);
  run.shape.outputs = 3;
  EXPECT_NEAR(train(run).first_loss, 1.5, 0.33);
}

TEST(Train, GivesAnInfiniteLossWhereARunDiverges) {
  EXPECT_TRUE(std::isinf(train(small_run(Optimiser::sgd, kMup, 1e4, 0)).last_loss));
}

TEST(AtWidth, CarriesValuesButNotTheConstantOfARule) {
  const TrainingSettings ruled = at_width(small_run(Optimiser::kfac, kMup, 0.1, 0.01), 256, kMup);
  EXPECT_EQ(ruled.shape.width, 256);
  EXPECT_DOUBLE_EQ(ruled.values[2].initial_deviation, 1.0 / 256);
  EXPECT_EQ(ruled.values[1].damping, (std::vector<double>{0.01, 0.01}));
  TrainingSettings given = small_run(Optimiser::kfac, kMup, 0.1, 0.01);
  given.damping_rule = DampingRule::given;
  EXPECT_EQ(at_width(given, 256, kMup).values[1].damping, (std::vector<double>{0.04, 0.0025}));
}

std::string refused_key(const TrainingSettings& settings) {
  try {
    train(settings);
  } catch (const ArgumentError& error) {
    return error.key();
  }
  return "";
}

TEST(Train, RefusesImpossibleSettingsByKey) {
  TrainingSettings good = small_run(Optimiser::kfac, kMup, 0.1, 0.01);
  good.steps = 1;
  EXPECT_EQ(refused_key(good), "");
  const auto with = [&](auto&& change) {
    TrainingSettings changed = good;
    change(changed);
    return refused_key(changed);
  };
  EXPECT_EQ(with([](TrainingSettings& s) { s.shape.width = 0; }), "width");
  EXPECT_EQ(with([](TrainingSettings& s) { s.shape.hidden = -1; }), "hidden");
  EXPECT_EQ(with([](TrainingSettings& s) { s.batch = 0; }), "batch");
  EXPECT_EQ(with([](TrainingSettings& s) { s.values[1].lr = 0; }), "lr");
  EXPECT_EQ(with([](TrainingSettings& s) { s.values[1].damping = {}; }), "damping");
}

}  // namespace
}  // namespace losscast
