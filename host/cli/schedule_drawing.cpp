#include "cli/schedule_drawing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

constexpr Step kColumns = 64;
constexpr int kRows = 12;

struct Range {
  double low, high;
};

// The LR's range in each of `columns` parts of the run.
std::vector<Range> ranges(const Schedule& schedule, Step columns) {
  const Step total = schedule.total_steps();
  std::vector<Range> out;
  std::vector<double> lrs;
  for (Step column = 0; column < columns; ++column) {
    const Step first = total * column / columns;
    lrs.resize(static_cast<std::size_t>(total * (column + 1) / columns - first));
    schedule.fill(first, lrs);
    const auto [low, high] = std::minmax_element(lrs.begin(), lrs.end());
    out.push_back({*low, *high});
  }
  return out;
}

// The line that shows a rate: 0 is the lowest.
int row_of(double lr, double top) { return static_cast<int>(std::lround((kRows - 1) * lr / top)); }

}  // namespace

std::string schedule_drawing(const Schedule& schedule) {
  const Step columns = std::min(kColumns, schedule.total_steps());
  const double top = schedule.peak_lr() > 0 ? schedule.peak_lr() : 1;
  const std::vector<Range> parts = ranges(schedule, columns);
  std::string out;
  for (int row = kRows - 1; row >= 0; --row) {
    const std::string label = row == kRows - 1 ? fmt::format("{:.4g}", top) : row == 0 ? "0" : "";
    std::string line = fmt::format("{:>10} |", label);
    for (const Range& part : parts) line += row >= row_of(part.low, top) && row <= row_of(part.high, top) ? '*' : ' ';
    out += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
  }
  out += fmt::format("{:>10} +{}\n", "", std::string(static_cast<std::size_t>(columns), '-'));
  const std::string last = fmt::format("{}", schedule.total_steps());
  return out + fmt::format("{:>10}  0{:>{}}\n", "", last, std::max<Step>(columns - 1, 1));
}

}  // namespace losscast
