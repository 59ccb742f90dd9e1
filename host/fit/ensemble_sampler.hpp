// Draws from a density that is known up to a factor: Markov chains, each of an ensemble of walkers.
#pragma once

#include <cstdint>
#include <functional>
#include <span>

#include "fit/ensemble_draws.hpp"
#include "fit/student_move.hpp"

namespace losscast {

// The logarithm of a density at some coordinates, up to a constant; minus infinity where it is zero, which is also what
// anything else that is not finite counts as. Called from several threads at once.
using LogDensity = std::function<double(std::span<const double> coordinates)>;

// Where to look for the density: a normal approximation of it, as Laplace's. A bad one takes a longer warm-up.
struct EnsembleStart {
  Eigen::VectorXd centre;
  Eigen::MatrixXd factor;  // any F with the covariance F F', square and not singular
};

struct EnsemblePlan {
  int chains = 4;     // that learn nothing of one another
  int walkers = 16;   // of a chain, at least 2
  int warm_up = 150;  // sweeps over all walkers in which the moves are adapted; no draws are kept of them
  int draws = 1024;   // of a chain: a multiple of `walkers`, at least 8 times as many
  int thinning = 4;   // sweeps, of which the last one's places are kept as draws
  std::uint64_t seed = 0;
  int threads = 0;  // 0: as many as there are cores

  int sweeps() const { return warm_up + draws / walkers * thinning; }
};

// Metropolis-Hastings with the move given (student_move.hpp). Walkers start at points of the Student t law around the
// start, which is wider than its normal law, taken anew until their density is not zero. While they warm up, each
// chain learns the centre, the covariance and the step of its moves from its own walkers (move_adaptation.hpp), at the
// ends of stages that double in length. Then nothing is adapted any more, and what is drawn has the density wanted as
// its stationary law.
//
// Each walker takes a proposal, and one evaluation of the density, a sweep: plan.sweeps() x walkers x chains in all,
// and some for starting points that are not possible. Random numbers have addresses of their own (walker_random.hpp):
// the same seed gives the same draws for any number of threads. Throws InputError if no starting point is possible.
EnsembleDraws sample_ensemble(const LogDensity& log_density, const EnsembleStart& start, const EnsemblePlan& plan,
                              const Move& move = student_move);

}  // namespace losscast
