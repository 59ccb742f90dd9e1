// Saying before the work begins how long it will take, where that is more than a minute.
#pragma once

#include <string>
#include <string_view>

#include "losscast/sweep/options.hpp"

namespace losscast {

// "about 3 minutes: <work>", where it is more than a minute.
void report_cost(double seconds, std::string_view work);

// Says it of sweeps: of a ranking before it begins, of a race before its first round.
class CostOnScreen : public SweepObserver {
 public:
  void before_run(const EnsembleWork& work) override;
  void expects(double seconds) override;
  void before_first_round(const FirstRound& round) override;

 private:
  std::string work_;
  bool raced_ = false;
};

}  // namespace losscast
