// From samples or tokens to updates.
#pragma once

#include <vector>

#include "losscast/schedule/recipe.hpp"

namespace losscast {

// After how many updates a run has consumed so much.
class UpdateCount {
 public:
  // `per_update`: what each update consumes; all values above 0.
  explicit UpdateCount(const StepValues& per_update);

  // The number of updates, with a fraction where `consumed` falls between two; precondition: consumed >= 0.
  double after(double consumed) const;

 private:
  struct Stair {
    double consumed;    // before its first update
    double begin;       // its first update
    double per_update;  // of its updates
  };
  std::vector<Stair> stairs_;
};

}  // namespace losscast
