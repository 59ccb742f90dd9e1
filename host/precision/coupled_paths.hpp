// Paths in blocks of two lengths on the same random numbers.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "engine/tables.hpp"
#include "engine/worker.hpp"

namespace losscast {

class CoupledPaths {
 public:
  CoupledPaths(const LossSde& sde, std::vector<Recipe> recipes, Scheme scheme, const Execution& execution);

  // Final losses of antithetic pairs, less the noise-free loss of their draw, plus its mean over all draws.
  struct Units {
    std::vector<std::vector<double>> fine, coarse;  // [schedule][unit]; coarse empty where there is one length only
  };

  // Units `first` ... `first + count` - 1 of a seed.
  struct UnitRange {
    std::uint64_t seed;
    std::int64_t first, count;
  };

  // Appends units, in blocks of `fine` and, unless that is 0, of `coarse` = 2
  // `fine` steps, of which each takes the random numbers of the finer blocks that it covers.
  void simulate(Step fine, Step coarse, const UnitRange& range, Units& units);

  // Returns how many block-steps a unit takes in blocks of both lengths, averaged over the schedules.
  double block_steps_of_unit(Step fine, Step coarse) const;

  // Returns how many block-steps the noise-free paths have taken, all together.
  std::int64_t twin_block_steps() const { return twin_block_steps_; }

 private:
  void append(Step block, Step finer, const UnitRange& range, std::vector<std::vector<double>>& units);
  RecipeChoice choice() const { return {recipes_, order_}; }

  LossSde sde_;
  std::vector<Recipe> recipes_;
  int threads_;
  std::vector<std::size_t> order_;  // the schedules by length
  DrawConstants constants_;
  std::unique_ptr<EnsembleWorker> worker_;
  std::vector<std::vector<float>> twins_;  // [schedule][draw]; nothing for one draw
  std::int64_t twin_block_steps_ = 0;
};

}  // namespace losscast
