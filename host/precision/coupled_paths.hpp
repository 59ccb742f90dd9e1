// Paths in blocks of two lengths on the same random numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/worker.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast {

class CoupledPaths {
 public:
  explicit CoupledPaths(const EnsembleRequest& request);

  // Final losses of antithetic pairs, less the noise-free loss of their draw, plus its mean over all draws.
  struct Units {
    std::vector<std::vector<double>> fine, coarse;  // [schedule][unit]; coarse empty where there is one length only
  };

  // Appends units `first` ... `first + count` - 1 of a seed, in blocks of `fine` and, unless that is 0, of `coarse` = 2
  // `fine` steps, of which each takes the random numbers of the finer blocks that it covers.
  void simulate(Step fine, Step coarse, std::uint64_t seed, std::int64_t first, std::int64_t count, Units& units);

  // Of a unit, both lengths, averaged over the schedules.
  double block_steps_of_unit(Step fine, Step coarse) const;

  // Of the noise-free paths, all together.
  std::int64_t twin_block_steps() const { return twin_block_steps_; }

 private:
  void append(Step block, Step finer, const EnsembleRequest& request, std::vector<std::vector<double>>& units);

  EnsembleRequest request_;
  std::vector<std::size_t> order_;  // the schedules by length
  std::vector<float> constants_;
  std::unique_ptr<EnsembleWorker> worker_;
  std::vector<std::vector<float>> twins_;  // [schedule][draw]; nothing for one draw
  std::int64_t twin_block_steps_ = 0;
};

}  // namespace losscast
