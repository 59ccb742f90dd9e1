#include "losscast/report/schedule_svg.hpp"

#include <gtest/gtest.h>

#include "losscast/schedule/schedule_text.hpp"

namespace losscast::test {
namespace {

std::size_t occurrences(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

std::string picture(const std::string& text) { return schedule_svg(parse_recipe(text, "test"), "a < b"); }

TEST(ScheduleSvg, DrawsTheRate) {
  const std::string svg =
      picture(R"({ family = "two-stage", peak_lr = 1, final_lr = 0.5, decay_start = 50, total_steps = 100 })");
  EXPECT_EQ(occurrences(svg, "<polyline"), 1u);
  EXPECT_NE(svg.find("a &lt; b"), std::string::npos);
  EXPECT_NE(svg.find("100 steps: constant 1 until 50"), std::string::npos);
}

// The jump between the updates 49 and 50 is drawn within one step, however many updates there are.
TEST(ScheduleSvg, DrawsJumpsWhereTheyAre) {
  const std::string svg =
      picture(R"({ family = "two-stage", peak_lr = 1, final_lr = 0.5, decay_start = 70001, total_steps = 100000 })");
  const auto x = [](double step) { return 70 + step / 100000 * (760 - 70 - 34); };
  char last_high[32], first_low[32];
  std::snprintf(last_high, sizeof last_high, "%.2f,", x(70000));
  std::snprintf(first_low, sizeof first_low, "%.2f,", x(70001));
  EXPECT_NE(svg.find(last_high), std::string::npos);
  EXPECT_NE(svg.find(first_low), std::string::npos);
}

TEST(ScheduleSvg, DrawsWhatElseChanges) {
  const std::string start = R"({ family = "constant", peak_lr = 1, total_steps = 100, weight_decay = )";
  EXPECT_EQ(occurrences(picture(start + "0.1 }"), "<polyline"), 1u);
  const std::string stairs = "{ steps = [0, 50], values = [1, 2] }";
  EXPECT_EQ(occurrences(picture(start + stairs + ", batch = " + stairs + " }"), "<polyline"), 3u);
}

TEST(ScheduleSvg, OfNothingButZeroIsAPicture) {
  const std::string svg = picture(R"({ family = "knots", steps = [0], lrs = [0], total_steps = 1 })");
  EXPECT_EQ(svg.find("nan"), std::string::npos);
  EXPECT_EQ(svg.find("inf"), std::string::npos);
}

}  // namespace
}  // namespace losscast::test
