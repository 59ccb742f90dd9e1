// The barrier's mode by its density instead of by paths: P(diverge) of a run in a tenth of a millisecond.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "losscast/model/spikes.hpp"

namespace losscast {

// The mode z moves one update at a time under a strain x, z' = z - kappa x z + x sqrt(s^2 + g^2 z^2) N(0, 1), and
// diverges beyond z_max.
// Several runs are computed at once, lane by lane.
class BarrierDensity {
 public:
  static constexpr std::size_t kLanes = 8;
  template <typename T>
  using Lanes = std::array<T, kLanes>;

  // So many updates under one strain, which differs from lane to lane.
  struct Stretch {
    double steps;
    Lanes<double> strain;
  };

  // Precondition: a barrier.
  explicit BarrierDensity(const Spikes& spikes);

  // P(|z| > z_max at some time) from z = 0, of each lane.
  Lanes<double> divergence(std::span<const Stretch> run) const;

 private:
  static constexpr std::size_t kCells = 32;        // of 0 <= z <= z_max, denser where the noise is smaller
  static constexpr std::size_t kTabulated = 512;   // strains, evenly in their logarithm
  static constexpr std::size_t kCalibrated = 256;  // of these, at which the chain's own rate is looked up

  // The generator at one x, over x^2: rates from each node to the next and to the one before.
  struct Rates {
    std::array<double, kCells> up, down;
  };
  using Matrix = std::array<Lanes<double>, kCells>;

  static double slowest(const Rates& rates);  // rate at which paths that have forgotten their start diverge, over x^2
  double decay(double x) const;               // of z in an update, as a rate
  double tabulated_x(double share) const;     // share of the way from the smallest to the largest
  std::vector<double> pull_factors() const;   // by which the pull is stronger, at kCalibrated of the tabulated x
  double pull_factor(double x, double rate) const;  // with which paths diverge at this rate
  Rates rates_at(double x, double pull_factor) const;
  void fill_rates(const Lanes<double>& x, double steps, Matrix& up, Matrix& down) const;
  void go_back(const Lanes<double>& x, double steps, Matrix& later) const;

  Spikes spikes_;
  std::vector<double> nodes_;  // from 0 to z_max
  double lowest_log_ = 0;      // of the tabulated x
  std::vector<Rates> rates_;   // of these
};

}  // namespace losscast
