// The features by name, and how they behave when the unit of the LR changes.
#include "losscast/features/schedule_features.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "losscast/base/error.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {
namespace {

Schedule wsd(double peak) {
  return Schedule({{.begin = 0, .end = 500, .span = 500, .shape = Shape::linear, .to = peak},
                   {.begin = 500, .end = 8000, .shape = Shape::constant, .from = peak},
                   {.begin = 8000, .end = 10'000, .span = 2000, .shape = Shape::linear, .from = peak}});
}

ScheduleFeatures features_of(const Schedule& schedule) {
  return schedule_features(schedule, schedule.total_steps(), own_scale(schedule, schedule.total_steps()));
}

TEST(ScheduleFeatures, AreWhatTheirPartsSay) {
  const Schedule schedule = wsd(1e-3);
  const ScheduleFeatures features = features_of(schedule);
  const LrSums sums = lr_sums(schedule);
  EXPECT_NEAR(features.sums.a1 / sums.a1, 1, 1e-13);
  EXPECT_NEAR(features.noise_bound, sums.a2 / sums.a1, 1e-15);
  EXPECT_NEAR(features.initial_bound, 1 / sums.a1, 1e-12);
  EXPECT_EQ(features.warmup_share, .05);
  EXPECT_EQ(features.warmup_slope, 2e-6);
  EXPECT_EQ(features.scale.peak_lr, 1e-3);
  for (std::size_t i = 0; i < kRelativeCurvatures.size(); ++i) {
    const CurvatureFeatures& one = features.curvatures[i];
    EXPECT_NEAR(one.curvature, kRelativeCurvatures[i] / sums.a1, 1e-9);
    const Relaxation relaxed = relax(schedule, 10'000, one.curvature);
    EXPECT_NEAR(one.relaxation.noise_floor / relaxed.noise_floor, 1, 1e-12);
    const double radius = 2 * std::sqrt(1e-3 / (2 * one.curvature));
    EXPECT_NEAR(one.leaving, leaving_probability(relaxed.noise_floor, radius), 1e-12);
    EXPECT_NEAR(one.staying, staying_probability(relaxed.log_saddle_variance, radius), 1e-12);
  }
  for (std::size_t i = 0; i < kRelativeBarriers.size(); ++i)
    EXPECT_NEAR(features.barriers[i].log_exposure, log_barrier_exposure(schedule, 10'000, kRelativeBarriers[i] * 1e-3),
                1e-11);
}

TEST(ScheduleFeatures, RefuseRatesWhoseSquaresAreNoNumbers) {
  EXPECT_NO_THROW(features_of(wsd(1e29)));
  EXPECT_THROW(features_of(wsd(1e31)), InputError);
  EXPECT_THROW(features_of(wsd(1e-31)), InputError);
  const Schedule ends_at_nothing({{.begin = 0, .end = 5000, .shape = Shape::constant, .from = 1e-3},
                                  {.begin = 5000, .end = 10'000, .shape = Shape::constant, .from = 1e-200}});
  EXPECT_NO_THROW(features_of(ends_at_nothing));
}

// With all LRs k-fold, A1 and what is measured in LR is k-fold, A2 and variances k^2-fold, probabilities are the same.
TEST(ScheduleFeatures, FollowTheUnitOfTheRate) {
  constexpr double k = 37;
  const ScheduleFeatures one = features_of(wsd(1e-3)), many = features_of(wsd(k * 1e-3));
  EXPECT_NEAR(many.sums.a1 / one.sums.a1, k, 1e-10);
  EXPECT_NEAR(many.sums.a2 / one.sums.a2, k * k, 1e-8);
  for (std::size_t i = 0; i < kRelativeCurvatures.size(); ++i) {
    const CurvatureFeatures &a = one.curvatures[i], &b = many.curvatures[i];
    EXPECT_NEAR(b.curvature / a.curvature, 1 / k, 1e-12);
    EXPECT_NEAR(b.relaxation.noise_floor / a.relaxation.noise_floor, k * k, 1e-8);
    EXPECT_NEAR(b.relaxation.log_saddle_variance - a.relaxation.log_saddle_variance, 2 * std::log(k), 1e-9);
    EXPECT_NEAR(b.leaving, a.leaving, 1e-12);
    EXPECT_NEAR(b.staying, a.staying, 1e-12);
  }
  for (std::size_t i = 0; i < kRelativeBarriers.size(); ++i)
    EXPECT_NEAR(many.barriers[i].log_exposure - one.barriers[i].log_exposure, std::log(k), 1e-10);
}

TEST(ScheduleFeatures, OfABeginningKnowNothingOfTheRest) {
  const Schedule schedule = wsd(1e-3);
  const Schedule constant({{.begin = 0, .end = 500, .span = 500, .shape = Shape::linear, .to = 1e-3},
                           {.begin = 500, .end = 8000, .shape = Shape::constant, .from = 1e-3}});
  const FeatureScale scale = {5, 1e-3};
  const auto beginning = named_features(schedule_features(schedule, 8000, scale), 1e8);
  const auto whole = named_features(schedule_features(constant, 8000, scale), 1e8);
  ASSERT_EQ(beginning.size(), whole.size());
  for (std::size_t i = 0; i < whole.size(); ++i) EXPECT_EQ(beginning[i].value, whole[i].value) << whole[i].name;
}

TEST(ScheduleFeatures, HaveNamesOfTheirOwnAndFiniteRegressors) {
  // Nothing before or after a part with a high LR: no feature may be infinite.
  const Schedule schedule({{.begin = 0, .end = 10, .shape = Shape::constant},
                           {.begin = 10, .end = 20'010, .shape = Shape::constant, .from = 1},
                           {.begin = 20'010, .end = 20'020, .shape = Shape::constant, .from = 1e-12},
                           {.begin = 20'020, .end = 30'000, .shape = Shape::constant}});
  std::set<std::string> names;
  const auto list = named_features(features_of(schedule), 1.2e8);
  for (const NamedFeature& one : list) EXPECT_TRUE(names.insert(one.name).second) << one.name;
  const auto used = regressors(list);
  EXPECT_EQ(used.size(), list.size() - 10);  // two bounds; leaving and staying at four curvatures
  for (const NamedFeature& one : used) EXPECT_TRUE(std::isfinite(one.value)) << one.name;
  EXPECT_EQ(named_features(features_of(schedule), std::nullopt).size(), list.size() - 2);
}

TEST(ScheduleFeatures, ShareAScale) {
  const FeatureScale scales[] = {{1, 1e-3}, {4, 4e-3}};
  EXPECT_NEAR(common_scale(scales).lr_sum, 2, 1e-14);
  EXPECT_NEAR(common_scale(scales).peak_lr, 2e-3, 1e-16);
}

TEST(ScheduleFeatures, NeedARateAboveZero) {
  const Schedule schedule({{.begin = 0, .end = 10, .shape = Shape::constant},
                           {.begin = 10, .end = 20, .shape = Shape::constant, .from = 1e-3}});
  EXPECT_THROW(own_scale(schedule, 10), InputError);
  EXPECT_EQ(own_scale(schedule, 11).peak_lr, 1e-3);
}

}  // namespace
}  // namespace losscast
