#include "cli/schedule_drawing.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>
#include <string>
#include <vector>

#include "losscast/schedule/schedule_text.hpp"

namespace losscast::test {
namespace {

std::vector<std::string> drawn(const std::string& text) {
  std::istringstream lines(schedule_drawing(parse_schedule("{ " + text + " }", "test")));
  std::vector<std::string> out;
  for (std::string line; std::getline(lines, line);) out.push_back(line);
  return out;
}

constexpr std::size_t kRows = 12, kFirstColumn = 12;

TEST(ScheduleDrawing, ShowsPeakAndSteps) {
  const std::vector<std::string> lines = drawn(R"(family = "constant", peak_lr = 3e-4, total_steps = 640)");
  ASSERT_EQ(lines.size(), kRows + 2);
  EXPECT_EQ(lines[0], "    0.0003 |" + std::string(64, '*'));
  for (std::size_t row = 1; row < kRows; ++row) EXPECT_EQ(lines[row].find('*'), std::string::npos);
  EXPECT_TRUE(lines[kRows + 1].ends_with("640"));
}

// A straight rise has a star in every row and, in every column, one at least: columns never lose a jump between them.
TEST(ScheduleDrawing, HasNoGaps) {
  const std::vector<std::string> lines = drawn(
      R"(family = "two-stage", peak_lr = 1, final_lr = 0.1, decay_start = 333, warmup_steps = 100, total_steps = 640)");
  std::size_t jump = 0;
  for (std::size_t column = kFirstColumn; column < kFirstColumn + 64; ++column) {
    const auto stars = std::count_if(lines.begin(), lines.begin() + kRows, [&](const std::string& line) {
      return column < line.size() && line[column] == '*';
    });
    EXPECT_GE(stars, 1) << column;
    if (stars > 9) jump = column;
  }
  EXPECT_EQ(jump, kFirstColumn + 33);
}

TEST(ScheduleDrawing, HasAColumnForEachStepOfAShortRun) {
  const std::vector<std::string> lines = drawn(R"(family = "linear", peak_lr = 1, total_steps = 3)");
  EXPECT_EQ(lines[0], "         1 |*");
  EXPECT_EQ(lines[kRows], "           +---");
  EXPECT_EQ(lines[kRows + 1], "            0 3");
}

TEST(ScheduleDrawing, DrawsNothingButZero) {
  const std::vector<std::string> lines = drawn(R"(family = "knots", steps = [0], lrs = [0], total_steps = 4)");
  EXPECT_EQ(lines[kRows - 1], "         0 |****");
}

}  // namespace
}  // namespace losscast::test
