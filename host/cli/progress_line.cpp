#include "cli/progress_line.hpp"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <utility>
#include <vector>

#include "cli/duration_text.hpp"
#include "cli/output.hpp"
#include "losscast/base/printable_line.hpp"

namespace losscast {
namespace {

using std::chrono::duration;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr auto kRedraw = milliseconds(200);
constexpr auto kAppend = seconds(60);
constexpr auto kRecent = seconds(10);
constexpr std::size_t kNoLimit = std::numeric_limits<std::size_t>::max();

int columns() {
  constexpr int kUsual = 80;
  winsize size = {};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : kUsual;
}

bool can_redraw() {
  const char* const terminal = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) != 0 && terminal != nullptr && std::string_view(terminal) != "dumb";
}

bool continues_character(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::size_t characters(std::string_view text) {
  return text.size() - static_cast<std::size_t>(std::count_if(text.begin(), text.end(), continues_character));
}

std::string cut(std::string text, std::size_t width) {
  std::size_t count = characters(text);
  while (count > width) {
    if (!continues_character(text.back())) --count;
    text.pop_back();
  }
  return text;
}

struct Part {
  std::string text;  // with what separates it from the parts before
  int importance;    // those with the least are left out where there is no room
};

std::string joined(std::vector<Part> parts, std::size_t width) {
  const auto text = [&] {
    std::string all;
    for (const Part& part : parts) all += part.text;
    return printable_line(all);
  };
  std::string line = text();
  while (characters(line) > width && parts.size() > 1) {
    parts.erase(std::min_element(parts.begin(), parts.end(),
                                 [](const Part& a, const Part& b) { return a.importance < b.importance; }));
    line = text();
  }
  return cut(std::move(line), width);
}

std::string rate_text(double rate) { return rate > 0 ? fmt::format(", {:.3g}/s", rate) : ""; }

std::string best_text(double best) { return std::isfinite(best) ? fmt::format(", best {:.4f}", best) : ""; }

std::string time_left_text(std::int64_t items, double rate) {
  constexpr double kMinute = 60;
  if (rate <= 0 || items <= 0) return "";
  const double left = static_cast<double>(items) / rate;
  return left < kMinute ? ", < 1 minute left" : fmt::format(", {} left", duration_text(left));
}

std::string place_text(const std::string& prefix) { return prefix.empty() ? "" : fmt::format(" ({})", prefix); }

}  // namespace

ProgressScreen standard_error_screen() {
  return {can_redraw(), columns, std::chrono::steady_clock::now, show_standing_line, report_progress};
}

ProgressLine::ProgressLine(std::string prefix, ProgressScreen screen)
    : prefix_(std::move(prefix)), screen_(std::move(screen)) {}

ProgressLine::~ProgressLine() { end(); }

void ProgressLine::begin(std::string what, std::int64_t items, std::int64_t done_before) {
  const std::scoped_lock lock(mutex_);
  finish();
  running_ = true;
  what_ = std::move(what);
  items_ = items;
  done_ = done_before_ = done_before;
  best_ = std::numeric_limits<double>::quiet_NaN();
  began_ = screen_.now();
  samples_ = {{began_, done_}};
  if (!screen_.redraws)
    shown_ = began_;
  else if (began_ - shown_ >= kRedraw)
    show(began_);
}

bool ProgressLine::is_at(const std::string& what, std::int64_t items, std::int64_t done) {
  const std::scoped_lock lock(mutex_);
  return running_ && what == what_ && items == items_ && done == done_;
}

void ProgressLine::update(std::int64_t done, double best) {
  const std::scoped_lock lock(mutex_);
  if (!running_ || done < done_) return;
  best_ = best;
  const Time now = screen_.now();
  if (done > done_) {
    done_ = done;
    note(now);
  }
  if (now - shown_ >= (screen_.redraws ? kRedraw : kAppend)) show(now);
}

void ProgressLine::end() {
  const std::scoped_lock lock(mutex_);
  finish();
}

// Keeps the last change that is no longer recent, to measure from, and at least two.
void ProgressLine::note(Time now) {
  samples_.push_back({now, done_});
  while (samples_.size() > 2 && now - samples_[1].time >= kRecent) samples_.pop_front();
}

void ProgressLine::show(Time now) {
  shown_ = now;
  if (!screen_.redraws) return screen_.append(line(now, kNoLimit));
  // In the last column the cursor of some terminals would go on to the next line.
  screen_.redraw(line(now, static_cast<std::size_t>(std::max(1, screen_.width() - 1))));
}

void ProgressLine::finish() {
  if (!std::exchange(running_, false)) return;
  if (screen_.redraws)
    screen_.redraw("");
  else if (done_ > done_before_)
    screen_.append(last_line(screen_.now()));
}

// Between two changes it stays as it is, until the next one is overdue.
double ProgressLine::rate(Time now) const {
  const Sample& first = samples_.front();
  const Sample& last = samples_.back();
  const duration<double> time = std::max(last.time - first.time, now - last.time);
  return time.count() > 0 ? static_cast<double>(last.done - first.done) / time.count() : 0;
}

std::string ProgressLine::line(Time now, std::size_t width) const {
  const double percent = items_ > 0 ? std::floor(100 * static_cast<double>(done_) / static_cast<double>(items_)) : 100;
  const double speed = rate(now);
  return joined({{what_ + ": ", 4},
                 {fmt::format("{} of {} ({:.0f}%)", done_, items_, percent), 6},
                 {rate_text(speed), 2},
                 {best_text(best_), 3},
                 {time_left_text(items_ - done_, speed), 5},
                 {place_text(prefix_), 1}},
                width);
}

std::string ProgressLine::last_line(Time now) const {
  const double time = duration<double>(now - began_).count();
  const double speed = time > 0 ? static_cast<double>(done_ - done_before_) / time : 0;
  return joined({{fmt::format("{}: {} of {} in {:.3g} s", what_, done_, items_, time), 1},
                 {rate_text(speed), 1},
                 {best_text(best_), 1},
                 {place_text(prefix_), 1}},
                kNoLimit);
}

}  // namespace losscast
