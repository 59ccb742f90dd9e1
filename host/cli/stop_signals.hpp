// Being asked to stop, by Ctrl-C or by a job's scheduler.
#pragma once

#include <array>
#include <csignal>

namespace losscast {

// While one exists, the first SIGINT and the first SIGTERM are only noted, unless the program was started so as to
// ignore them; a second one does what it did before. One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  bool arrived() const;

 private:
  static constexpr int kSignals[] = {SIGINT, SIGTERM};
  std::array<struct sigaction, std::size(kSignals)> before_{};
};

}  // namespace losscast
