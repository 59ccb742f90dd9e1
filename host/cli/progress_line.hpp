// How far a long command has come and how long it will take, on standard error.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>

namespace losscast {

// Where progress is shown, and by which clock.
struct ProgressScreen {
  using Time = std::chrono::steady_clock::time_point;

  bool redraws;                // a terminal whose last line can be written again
  std::function<int()> width;  // its columns
  std::function<Time()> now;
  std::function<void(std::string_view)> redraw;  // puts this in place of the last line; an empty one clears it
  std::function<void(std::string_view)> append;  // writes a line for good
};

// Standard error, where a terminal of type "dumb" is none.
ProgressScreen standard_error_screen();

// On a terminal one line that is redrawn at most five times a second and leaves nothing behind; elsewhere, as in the
// log of a job, a line a minute and, if anything was done, one at the end. For example
//   round 2, race: 128 draws: 1200 of 4000 (30%), 25/s, best 2.9487, 2 minutes left (job 12_4, host node03)
// The rate is that of the last ten seconds, or of the last two changes if they lie further apart. Nothing is drawn
// between calls. Its functions may be called from any thread.
class ProgressLine {
 public:
  // `prefix` tells this process from others, as where_it_runs() does; it may be empty.
  explicit ProgressLine(std::string prefix, ProgressScreen screen = standard_error_screen());
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // `items` are to be done, `done_before` of them have been by an earlier run. Ends what was begun before.
  void begin(std::string what, std::int64_t items, std::int64_t done_before);

  // Whether this is what was begun and has not ended, with as many done.
  bool is_at(const std::string& what, std::int64_t items, std::int64_t done);

  // `done` of all are done, those before included; the best loss so far, NaN if there is none yet. A call that comes
  // late, with fewer done than another, changes nothing. So does one between end() and begin().
  void update(std::int64_t done, double best);

  void end();

 private:
  using Time = ProgressScreen::Time;
  struct Sample {
    Time time;
    std::int64_t done;
  };

  void note(Time now);
  void show(Time now);
  void finish();
  double rate(Time now) const;
  std::string line(Time now, std::size_t width) const;
  std::string last_line(Time now) const;

  const std::string prefix_;
  const ProgressScreen screen_;
  std::mutex mutex_;
  bool running_ = false;
  std::string what_;
  std::int64_t items_ = 0, done_before_ = 0, done_ = 0;
  double best_ = 0;
  Time began_, shown_;
  std::deque<Sample> samples_;  // when `done` changed: those that the rate is measured over
};

}  // namespace losscast
