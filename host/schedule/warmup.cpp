#include "losscast/schedule/warmup.hpp"

#include <algorithm>
#include <vector>

namespace losscast {

namespace {

constexpr double kNotable = 0.1;     // share of an LR: rates in two digits differ by no more from one to the next
constexpr double kOfThePeak = 0.01;  // a fall of less is none, so that the first rates may be uneven
constexpr double kPause = 0.8;       // share of the rise's time
constexpr double kRounding = 1e-6;   // share of an LR: single precision, with room
constexpr Step kUpdatesAtATime = 4096;

// The highest LR so far, of each update before the first fall.
std::vector<double> highest_before_fall(const Schedule& schedule) {
  std::vector<double> highest, lrs;
  double top = 0;
  for (Step first = 0; first < schedule.total_steps(); first += kUpdatesAtATime) {
    lrs.resize(static_cast<std::size_t>(std::min(kUpdatesAtATime, schedule.total_steps() - first)));
    schedule.fill(first, lrs);
    for (const double lr : lrs) {
      const double fall = top - lr;
      if (fall > kNotable * top && fall > kOfThePeak * schedule.peak_lr()) return highest;
      highest.push_back(top = std::max(top, lr));
    }
  }
  return highest;
}

// The first of the ascending values that reaches `lr`, but for rounding.
std::size_t first_at(const std::vector<double>& ascending, double lr) {
  const auto found = std::lower_bound(ascending.begin(), ascending.end(), lr * (1 - kRounding));
  return static_cast<std::size_t>(found - ascending.begin());
}

// Where the first pause of a rise that lasts until `end` begins, or `end`.
std::size_t first_pause(const std::vector<double>& highest, std::size_t end) {
  std::size_t begin = 0;
  for (std::size_t s = 0; s <= end; ++s) {
    while (highest[begin] < highest[s] * (1 - kNotable)) ++begin;
    const bool moves = highest[begin] > 0;  // at a rate of 0 the run has not begun
    if (moves && static_cast<double>(s - begin) > kPause * static_cast<double>(end)) return begin;
  }
  return end;
}

}  // namespace

Step warmup_end(const Schedule& schedule) {
  const auto stated = schedule.stated_warmup_end();
  return stated ? std::min(*stated, schedule.total_steps() - 1) : rise_end(schedule);
}

Step rise_end(const Schedule& schedule) {
  const std::vector<double> highest = highest_before_fall(schedule);
  const std::size_t end = first_at(highest, highest.back());
  const std::size_t pause = first_pause(highest, end);
  // What the LR had gained when the pause had lasted as long as all before it is the rise; what comes later is not.
  const std::size_t level = std::min(2 * pause, end);
  return static_cast<Step>(first_at(highest, highest[level]));
}

}  // namespace losscast
