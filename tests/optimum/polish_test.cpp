// Polishing: a made-up objective whose lowest point is known.
#include "losscast/optimum/polish.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "losscast/base/error.hpp"
#include "losscast/schedule/families.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {
namespace {

constexpr double kSteps = 10000;

Arguments start() {
  return {{{"family", std::string("wsd")},
           {"peak_lr", 1e-4},
           {"warmup_steps", 500.0},
           {"decay_fraction", 0.5},
           {"final_lr_ratio", 0.3},
           {"total_steps", kSteps}}};
}

const std::vector<Axis> kAxes = {range("peak_lr", Axis::Kind::log, 1e-5, 1e-2),
                                 range("decay_fraction", Axis::Kind::linear, 0.05, 0.95),
                                 range("final_lr_ratio", Axis::Kind::linear, 0, 1)};

// Lowest at a peak of 1e-3, a decay of 0.2, a low rate of 0: on the axis' end.
double bowl(const Recipe& recipe) {
  const Schedule& schedule = recipe.schedule;
  const double decay = 1 - static_cast<double>(schedule.segments().back().begin) / kSteps;
  const double low = schedule.segments().back().to / schedule.peak_lr();
  return std::pow(std::log(schedule.peak_lr() / 1e-3), 2) + std::pow(10 * (decay - 0.2), 2) + low;
}

double number(const Arguments& arguments, const char* name) { return std::get<double>(arguments.values.at(name)); }

TEST(Polish, FindsTheLowestPoint) {
  const Polished best = polish(start(), kAxes, bowl);
  EXPECT_NEAR(number(best.arguments, "peak_lr"), 1e-3, 1e-5);
  EXPECT_NEAR(number(best.arguments, "decay_fraction"), 0.2, 2e-3);
  EXPECT_NEAR(number(best.arguments, "final_lr_ratio"), 0, 1e-3);
  EXPECT_EQ(best.value, bowl(make_schedule(best.arguments)));
  EXPECT_EQ(polish(start(), kAxes, bowl).arguments, best.arguments) << "deterministic";
}

TEST(Polish, AvoidsWhereThereIsNothing) {
  // A decay within the warm-up makes no schedule, and peaks above 5e-4 have no loss.
  Arguments from = start();
  from.values["warmup_steps"] = 7000.0;
  from.values["decay_fraction"] = 0.28;
  std::vector<Axis> axes = kAxes;
  axes[1].high = 1;
  const Polished best = polish(from, axes, [](const Recipe& recipe) {
    return recipe.peak_lr() > 5e-4 ? std::numeric_limits<double>::infinity()
                                   : -bowl(make_recipe(start())) + bowl(recipe);
  });
  EXPECT_GT(number(best.arguments, "peak_lr"), 4e-4);
  EXPECT_LE(number(best.arguments, "peak_lr"), 5e-4);
  EXPECT_NEAR(number(best.arguments, "decay_fraction"), 0.2, 1e-2);
}

TEST(Polish, MovesWholeNumbers) {
  Arguments from = start();
  const std::vector<Axis> axes = {range("warmup_steps", Axis::Kind::integer, 1, 2000)};
  const Polished best = polish(from, axes, [](const Recipe& recipe) {
    return std::abs(static_cast<double>(recipe.schedule.segments().front().end) - 1234) / kSteps;
  });
  EXPECT_NEAR(number(best.arguments, "warmup_steps"), 1234, 2);
}

TEST(Polish, RefusesChoices) {
  const std::vector<Axis> axes = {choice("shape", {std::string("linear")})};
  EXPECT_THROW(polish(start(), axes, bowl), InputError);
  Arguments wrong = start();
  wrong.values["decay_fraction"] = 0.99;
  EXPECT_THROW(polish(wrong, kAxes, bowl), ArgumentError);
  EXPECT_EQ(polish(start(), {}, bowl).arguments, start());
}

TEST(Polish, LetsTheObjectivesErrorsThrough) {
  EXPECT_THROW(polish(start(), kAxes, [](const Recipe&) -> double { throw IoError("full", "", ""); }), IoError);
  int calls = 0;
  EXPECT_THROW(polish(start(), kAxes,
                      [&](const Recipe&) -> double {
                        if (++calls == 5) throw IoError("full", "", "");
                        return calls;
                      }),
               IoError);
}

}  // namespace
}  // namespace losscast::test
