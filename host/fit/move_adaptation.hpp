// How the walkers of one chain learn, while they warm up, what the density looks like that they sample.
#pragma once

#include <utility>
#include <vector>

#include "fit/student_move.hpp"

namespace losscast {

class MoveAdaptation {
 public:
  explicit MoveAdaptation(MoveLaw start) : law_(std::move(start)) {}

  const MoveLaw& law() const { return law_; }

  // Notes where a walker is after a sweep, and whether it moved.
  void note(const Eigen::VectorXd& place, bool moved);

  // After each sweep: makes the step longer, up to 1, where more proposals are accepted than kAcceptance, and else
  // shorter, the less the later the sweep (1, 2, ...). (Robbins & Monro 1951; the optimum of random walks in many
  // dimensions is 0.234: Roberts, Gelman & Gilks 1997.)
  void adapt_step(int sweep);

  // Takes centre and covariance from the places noted since the last time, and forgets these. The covariance is drawn
  // towards the law's present one as far as so few places leave it uncertain (Ledoit & Wolf 2004, with the present
  // covariance in the place of the unit matrix): so a good start survives many dimensions, and a bad one does not
  // survive many places.
  void adapt_law();

 private:
  MoveLaw law_;
  std::vector<Eigen::VectorXd> places_;  // standardised
  int noted_ = 0, moved_ = 0;            // in this sweep
  double informative_ = 1;  // accepted proposals since the law was adapted, each counted by its squared step
};

}  // namespace losscast
