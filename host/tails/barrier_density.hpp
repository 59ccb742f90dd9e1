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
  static constexpr std::size_t kCells = 32;       // of 0 <= z <= z_max, denser where the noise is smaller
  static constexpr std::size_t kTabulated = 512;  // strains, evenly in their logarithm

  // Of the mode at one x, over x^2: rates from each node to the next and to the one before.
  struct Generator {
    std::array<double, kCells> up, down;
  };
  struct Place {
    std::size_t below;  // number of the next smaller x that is tabulated
    double share;       // of the way from it to the next larger one
  };
  using Matrix = std::array<Lanes<double>, kCells>;

  static double slowest(const Generator& rates);  // rate at which paths that forgot their start diverge, over x^2
  double decay(double x) const;                   // A
  void tabulate();
  Place place_of(double x) const;
  double rate_at(double x) const { return rates_[place_of(x).below + 1]; }
  double pull_of_rate(double x, double rate) const;  // with which paths that forgot their start diverge as fast
  Generator generator(double x, double pull) const;  // with this for A in S'
  void fill_rates(const Lanes<double>& x, const Lanes<double>& steps, Matrix& up, Matrix& down) const;
  double parts_of(const Stretch& stretch) const;  // into which it is cut
  void go_back(const Lanes<double>& x, double steps, Matrix& later) const;

  Spikes spikes_;
  std::vector<double> nodes_;            // from 0 to z_max
  double lowest_log_ = 0, octaves_ = 0;  // of the tabulated x: the logarithm to base 2, and how many
  std::vector<Generator> generators_;    // of these
  std::vector<double> rates_;            // likewise, at which paths that forgot their start diverge [1 / update]
};

}  // namespace losscast
