// Being asked to stop, by Ctrl-C or by a job's scheduler.
#pragma once

namespace losscast {

// While one exists, the first SIGINT or SIGTERM is only noted; a second one ends the program. One at a time.
class StopSignals {
 public:
  StopSignals();
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;
  bool arrived() const;
};

}  // namespace losscast
