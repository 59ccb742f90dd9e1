// The family polynomial.
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {
const Values kRun = {{"family", "polynomial"}, {"peak_lr", 3e-4}, {"warmup_steps", 10.0}, {"total_steps", 100.0}};

TEST(Polynomial, FallsAsAPowerOfTheTimeLeft) {
  for (const double exponent : {0.5, 1.0, 2.0, 3.7}) {
    const Schedule schedule = make(with(kRun, {{"exponent", exponent}, {"final_lr", 3e-5}}));
    expect_rates(schedule, 100, [exponent](Step s) {
      return s < 10 ? 3e-4 * double(s) / 10 : 3e-5 + 2.7e-4 * std::pow(double(100 - s) / 90, exponent);
    });
    EXPECT_EQ(schedule.lr(10), 3e-4);
  }
}

TEST(Polynomial, RefusesAnExponentThatDoesNotFall) {
  EXPECT_NO_THROW(make(with(kRun, {{"exponent", 0.01}})));
  expect_refused(with(kRun, {{"exponent", 0.0}}), "exponent", "not above 0");
  expect_refused(with(kRun, {{"exponent", -1.0}}), "exponent", "not above 0");
}

}  // namespace
}  // namespace losscast::test
