// Being asked to stop, by Ctrl-C, by a job's scheduler, or because the terminal is gone.
#pragma once

#include <csignal>

namespace losscast {

// From now on these signals end the program as ever, but first remove the temporary files of what is being written.
// Those that the program was started so as to ignore stay ignored.
void leave_nothing_behind_on_signals();

// While one exists, the first SIGINT, SIGTERM and SIGUSR1 are only noted, unless the program was started so as to
// ignore them; a second one does what it did before. Whoever has noted one has kPatience to acknowledge that: then the
// program ends as interrupted, wherever it is. Its end is that of the work. One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

  bool arrived() const;
  void acknowledge() const;   // takes the time that it takes from here on
  void be_patient() const;    // what is left must end within kPatience: then the program ends as interrupted
  void work_is_over() const;  // the first one from here on changes nothing, until the program has ended
  void let_go() const;        // from here on they do what they did before

  static constexpr double kPatience = 0.6;  // seconds
};

}  // namespace losscast
