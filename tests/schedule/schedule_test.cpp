// The class Schedule: segments in, rates out.
#include "losscast/schedule/schedule.hpp"

#include <gtest/gtest.h>

#include <limits>

#include "losscast/base/error.hpp"
#include "losscast/schedule/describe.hpp"

namespace losscast::test {
namespace {

Segment constant(Step begin, Step end, double lr) { return {.begin = begin, .end = end, .from = lr}; }

Segment table(Step begin, std::vector<double> rates) {
  return {.begin = begin,
          .end = begin + static_cast<Step>(rates.size()),
          .shape = Shape::table,
          .table = std::make_shared<const std::vector<double>>(std::move(rates))};
}

// Every shape once.
Schedule of_every_shape() {
  std::vector<Segment> segments;
  const auto add = [&](Segment segment) {
    segment.begin = segments.empty() ? 0 : segments.back().end;
    segment.end = segment.begin + 10;
    segment.span = 15;
    segments.push_back(segment);
  };
  add({.shape = Shape::linear, .from = 0, .to = 2});
  add({.shape = Shape::constant, .from = 1});
  for (const Shape shape : {Shape::linear, Shape::cosine, Shape::exponential, Shape::one_minus_sqrt})
    add({.shape = shape, .from = 1, .to = 0.5});
  add({.shape = Shape::power, .from = 1, .to = 0.5, .exponent = 3});
  add({.shape = Shape::halving, .from = 1, .to = 0.5});
  add({.shape = Shape::logarithm, .from = 0.5, .to = 1, .exponent = 15});
  add({.shape = Shape::cosine, .from = 1, .to = 0.5, .warp = 1.5});
  add({.shape = Shape::inverse_sqrt, .from = 1});
  add({.shape = Shape::step_power, .from = 1, .exponent = 0.3});
  segments.push_back(table(segments.back().end, {3, 1, 2}));
  return Schedule(segments);
}

void expect_rejected(std::vector<Segment> segments, const std::string& part) {
  try {
    const Schedule schedule(std::move(segments));
    FAIL() << "no error";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(Schedule, FillsWhatLrSaysOneByOne) {
  const Schedule schedule = of_every_shape();
  for (Step first = 0; first <= schedule.total_steps(); ++first) {
    std::vector<double> rates(static_cast<std::size_t>(schedule.total_steps() - first));
    schedule.fill(first, rates);
    for (std::size_t i = 0; i < rates.size(); ++i) EXPECT_EQ(rates[i], schedule.lr(first + static_cast<Step>(i)));
  }
}

TEST(Schedule, FillsAStretchInTheMiddle) {
  const Schedule schedule = of_every_shape();
  std::vector<double> rates(7);
  schedule.fill(8, rates);
  for (Step i = 0; i < 7; ++i) EXPECT_EQ(rates[static_cast<std::size_t>(i)], schedule.lr(8 + i));
}

TEST(Schedule, BeginsEverySegmentExactlyAtItsFirstRate) {
  const Schedule schedule = of_every_shape();
  for (const Segment& segment : schedule.segments())
    if (segment.shape != Shape::table) {
      EXPECT_EQ(schedule.lr(segment.begin), segment.from);
    }
}

TEST(Schedule, MayBeginASegmentLater) {
  const Schedule all = of_every_shape();
  for (const Segment& whole : all.segments()) {
    if (whole.shape == Shape::table) continue;
    Segment rest = whole;
    rest.begin = 0;
    rest.end = whole.end - whole.begin - 3;
    rest.offset = 3;
    const Schedule later({rest});
    for (Step s = 0; s < rest.end; ++s) EXPECT_EQ(later.lr(s), all.lr(whole.begin + 3 + s));
  }
}

TEST(Schedule, StaysBetweenTheRatesOfASegment) {
  const double from = 3e-4, to = 3e-5;  // rates whose difference is not exact
  for (const Shape shape : {Shape::linear, Shape::cosine, Shape::one_minus_sqrt, Shape::power, Shape::halving}) {
    const Schedule schedule(
        {{.end = 100000, .span = 100000, .shape = shape, .from = from, .to = to, .exponent = 1e-3}});
    EXPECT_EQ(schedule.peak_lr(), from);
    for (Step s = 0; s < 100000; ++s) {
      ASSERT_LE(schedule.lr(s), from);
      ASSERT_GE(schedule.lr(s), to);
    }
  }
}

TEST(Schedule, PeakIsTheLargestRateOfAnUpdate) {
  EXPECT_EQ(of_every_shape().peak_lr(), 3);
  // A rise to 2 that is cut off at two thirds, whose last update is the ninth.
  const Schedule rise({{.end = 10, .span = 15, .shape = Shape::linear, .from = 0, .to = 2}});
  EXPECT_NEAR(rise.peak_lr(), 2.0 * 9 / 15, 1e-15);
}

TEST(Schedule, BreakpointsAreTheBordersOfSegments) {
  const Schedule schedule({constant(0, 10, 1), constant(10, 11, 2), table(11, {1, 2, 3})});
  EXPECT_EQ(breakpoints(schedule), (std::vector<Step>{0, 10, 11, 14}));
}

TEST(Schedule, OfOneStep) {
  const Schedule schedule({constant(0, 1, 0.5)});
  EXPECT_EQ(schedule.total_steps(), 1);
  EXPECT_EQ(schedule.lr(0), 0.5);
  EXPECT_EQ(breakpoints(schedule), (std::vector<Step>{0, 1}));
}

TEST(Schedule, MayBeZeroThroughout) { EXPECT_EQ(Schedule({constant(0, 5, 0)}).peak_lr(), 0); }

TEST(Schedule, RejectsGapsAndOverlaps) {
  EXPECT_NO_THROW(Schedule({constant(0, 5, 1), constant(5, 9, 1)}));
  expect_rejected({}, "no segments");
  expect_rejected({constant(1, 5, 1)}, "begins at step 1");
  expect_rejected({constant(0, 5, 1), constant(6, 9, 1)}, "begins at step 6");
  expect_rejected({constant(0, 5, 1), constant(4, 9, 1)}, "begins at step 4");
  expect_rejected({constant(0, 0, 1)}, "no update");
}

TEST(Schedule, RejectsRatesThatAreNone) {
  const double nan = std::numeric_limits<double>::quiet_NaN(), infinity = std::numeric_limits<double>::infinity();
  EXPECT_NO_THROW(Schedule({constant(0, 5, 0)}));
  expect_rejected({constant(0, 5, -1)}, "negative");
  expect_rejected({constant(0, 5, nan)}, "nan");
  expect_rejected({constant(0, 5, infinity)}, "inf");
  EXPECT_NO_THROW(Schedule({table(0, {1, 0})}));
  expect_rejected({table(0, {1, -1})}, "negative");
  expect_rejected({{.end = 5, .span = 5, .shape = Shape::linear, .from = 1, .to = -1}}, "negative");
}

TEST(Schedule, RejectsShapesThatMakeNoRate) {
  EXPECT_NO_THROW(Schedule({{.end = 5, .span = 5, .shape = Shape::exponential, .from = 1, .to = 0.1}}));
  expect_rejected({{.end = 5, .span = 5, .shape = Shape::exponential, .from = 1, .to = 0}}, "exponentially");
  EXPECT_NO_THROW(Schedule({{.end = 5, .span = 5, .shape = Shape::power, .from = 1, .to = 0, .exponent = 0.1}}));
  expect_rejected({{.end = 5, .span = 5, .shape = Shape::power, .from = 1, .to = 0, .exponent = 0}}, "exponent");
  expect_rejected({{.end = 5, .span = 4, .shape = Shape::linear, .from = 1, .to = 0}}, "beyond its span");
  expect_rejected({{.end = 5, .span = 0, .shape = Shape::inverse_sqrt, .from = 1}}, "no span");
  expect_rejected({{.end = 5, .shape = Shape::table}}, "table");
  EXPECT_NO_THROW(Schedule({{.end = 5, .span = 4.5, .shape = Shape::linear, .from = 1, .to = 0}}));
  expect_rejected({{.end = 5, .span = 5, .shape = Shape::linear, .from = 1, .to = 0, .offset = 2}}, "beyond its span");
  expect_rejected({{.end = 5, .span = 5, .shape = Shape::linear, .from = 1, .to = 0, .offset = -1}}, "offset");
  expect_rejected({{.end = 5, .span = 5, .shape = Shape::linear, .from = 1, .to = 0, .warp = 0}}, "warp");
  expect_rejected({{.end = 5, .span = 5, .shape = Shape::logarithm, .from = 0, .to = 1, .exponent = 1}}, "logarithm");
}

TEST(Describe, NamesEverySegment) {
  const Schedule schedule({{.end = 2160, .span = 2160, .shape = Shape::linear, .from = 0, .to = 3e-4},
                           constant(2160, 20000, 3e-4),
                           {.begin = 20000, .end = 22000, .span = 4000, .shape = Shape::one_minus_sqrt, .from = 3e-4}});
  EXPECT_EQ(describe(Schedule({{.end = 9, .span = 9, .shape = Shape::cosine, .from = 3e-4, .to = 3e-4 * 0.1}})),
            "9 steps: cosine 3e-4 to 3e-5 until 9");
  EXPECT_EQ(describe(schedule),
            "22000 steps: linear 0 to 3e-4 until 2160, constant 3e-4 until 20000, 1 - sqrt 3e-4 to 0 (at 24000) until "
            "22000");
}

TEST(Describe, CountsTheMiddleOfManySegments) {
  std::vector<Segment> segments;
  for (Step i = 0; i < 20; ++i) segments.push_back(constant(i, i + 1, 1));
  EXPECT_EQ(
      describe(Schedule(segments)),
      "20 steps: constant 1 until 1, constant 1 until 2, constant 1 until 3, 14 more segments, constant 1 until 18, "
      "constant 1 until 19, constant 1 until 20");
}

TEST(Describe, HasWordsForEveryShape) {
  const std::string text =
      describe(Schedule({{.end = 1, .span = 9, .shape = Shape::step_power, .from = 1, .exponent = 0.5},
                         {.begin = 1, .end = 2, .span = 9, .shape = Shape::inverse_sqrt, .from = 1},
                         table(2, {1, 2})}));
  EXPECT_EQ(text, "4 steps: step^-0.5 from 1 until 1, inverse square root from 1 until 2, table of 2 values until 4");
}

}  // namespace
}  // namespace losscast::test
