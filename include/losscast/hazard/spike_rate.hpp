/// \file
/// The rate at which losses spike, over what strains a run: its LR, perhaps times what its layers amplify.
#pragma once

#include <span>
#include <vector>

namespace losscast {

/// Steps that a run spends at one strain.
struct StrainedSteps {
  double strain = 0;  ///< above 0; its unit is the user's, such as LR
  double steps = 0;   ///< above 0
};

/// What one run tells of the rate.
struct RateEvidence {
  std::vector<StrainedSteps> strained;    ///< the run's steps; those at strain 0 left out
  std::vector<double> strains_of_spikes;  ///< one for each spike that was counted; empty if none was
  /// Whether there was a spike, where no more is known: then strains_of_spikes plays no part.
  enum class Known {
    count,  ///< how many, and when
    none,   ///< that there was none
    some,   ///< that there was at least one
  };
  Known known = Known::count;  ///< what is
};

/// Spikes come at the rate exp(log_rate) (strain/reference)^exponent a step, as a Poisson process. The two parameters
/// are known as a posterior on a grid of 81 exponents from 0 to 16 and 121 rates, so that what is said of a run is an
/// average over all that the evidence leaves open.
///
/// Priors: exponent normal, mean 6, standard deviation 3 (P(diverge) of public runs rises as sigmoid(7.45 ln lr), arXiv
/// 2312.16903's outcomes by more than the square of the LR); logarithm of the number of spikes that an average run of
/// the evidence would have at the reference normal, mean 0, standard deviation 5.
class SpikeRate {
 public:
  /// From at least one run with steps. The reference is the geometric mean of the highest strains of runs that spiked.
  /// Throws InputError if all runs say the same: none has spikes, or all have and no count is known, for then no rate
  /// follows.
  explicit SpikeRate(std::span<const RateEvidence> evidence);

  double reference() const { return reference_; }                    ///< strain of log_rate
  double log_rate() const { return log_rate_; }                      ///< posterior mean
  double exponent() const { return exponent_; }                      ///< posterior mean
  double log_rate_deviation() const { return log_rate_deviation_; }  ///< posterior standard deviation
  double exponent_deviation() const { return exponent_deviation_; }  ///< posterior standard deviation

  /// Expected number of spikes of a run.
  double expected_spikes(std::span<const StrainedSteps> run) const;

  /// Probability that it has at least one.
  double probability(std::span<const StrainedSteps> run) const;

 private:
  struct Cell {
    double log_rate, weight;
  };
  struct Row {  // of one exponent
    double exponent;
    std::vector<Cell> cells;
  };

  // The mean of f(expected number) over the posterior.
  template <class Function>
  double average(std::span<const StrainedSteps> run, const Function& f) const;

  void normalise();

  double reference_ = 1, log_rate_ = 0, exponent_ = 0, log_rate_deviation_ = 0, exponent_deviation_ = 0;
  std::vector<Row> rows_;
};

}  // namespace losscast
