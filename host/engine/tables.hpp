// What the kernels read and write: the coefficients of blocks and draws, and the values of paths. Memory belongs to a
// worker; here is the one place in which the kernels' arguments are filled.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/ensemble.hpp"
#include "losscast/model/loss_sde.hpp"
#include "losscast/random/pairing.hpp"
#include "losscast/schedule/recipe.hpp"

namespace losscast {

// The common blocks of some schedules, and after which of them something is recorded.
struct Grid {
  std::vector<Step> edges;
  std::vector<std::uint32_t> block_begin;
  std::vector<int> record_after;
};

// Blocks of `block` steps until the longest schedule's end, cut at the steps to record; without any, the end is
// recorded.
Grid make_grid(Step block, Step longest, std::span<const Step> record_steps);

// The jumps that a block of updates is expected to have.
struct BlockJumps {
  double count = 0;
  double left = 0;  // each counted with the share of it that is left after the block
};

// Returns the spike coefficients of a block of `length` steps with these jumps, in which the barrier's mode is strained
// `strain` times as much as the effective LR says, on average. The jumps of a block are drawn as one: as often as there
// are some, by Poisson's law, and with the mean of their sum. As if their number, where there are some, were geometric.
SpikeBlock spike_block(const LossSde& sde, const BlockJumps& jumps, double strain, double length);

// Bytes of class 1 coefficients a block.
std::size_t row_bytes(const Spikes& spikes);

// The same for every path and block.
SpikeConstants spike_constants(const Spikes& spikes);

// Class 2 coefficients of some draws.
struct DrawConstants {
  std::vector<float> values;  // [draw][stride]
  int stride = 0;
  int draws = 0;
};

// Returns the class 2 coefficients of the first `count` draws, or of all if there are fewer.
DrawConstants make_constants(const LossSde& sde, std::size_t count);

// The tables of some schedules, in a worker's memory: until the worker's next tables are asked for.
struct Tables {
  Grid grid;
  std::vector<int> last_block;        // of each schedule: the number of its blocks
  const std::byte* rows = nullptr;    // [schedules][blocks of the grid] of row_bytes() each
  std::vector<BlockHalves> halves{};  // of each block, where random numbers are those of finer blocks; else empty

  std::size_t schedules() const { return last_block.size(); }
  std::size_t records() const { return grid.record_after.size(); }
  std::int64_t blocks() const;  // summed over the schedules
};

// Numbers of some recipes, shortest first; those of one length in the order given.
std::vector<std::size_t> by_length(std::span<const Recipe> recipes);

// Recipes of a list by their numbers, shortest first.
struct RecipeChoice {
  std::span<const Recipe> all;
  std::span<const std::size_t> numbers;

  const Recipe& operator[](std::size_t place) const { return all[numbers[place]]; }
  std::size_t size() const { return numbers.size(); }
  Step longest() const { return all[numbers.back()].total_steps(); }
};

// Fills the tables of the recipes on a grid.
Tables fill_tables(const LossSde& sde, Grid grid, const RecipeChoice& recipes, int threads, EnsembleWorker& worker);

// One recipe's rows of the tables of a law with spikes, [blocks of the grid].
std::vector<SpikedBlockRow> spiked_rows(const LossSde& sde, const Grid& grid, const Recipe& recipe);

// Which paths, on which random numbers.
struct PathRange {
  std::int64_t paths = 0;
  std::uint64_t first_path = 0;
  std::uint64_t seed = 0;
  Pairing pairing = Pairing::independent;
};

// Consecutive records of a grid, and where the paths begin that they are taken of. The records of one window after
// another are those of the grid.
struct Window {
  std::size_t first = 0;   // record
  std::size_t count = 0;   // of records
  int first_block = 0;     // 0, or the block after which the window before has left its paths in `states`
  void* states = nullptr;  // as in EnsembleArguments
};

// Simulates paths under the tables' schedules; noise and spikes are the law's. Returns the values of the window's
// records, [schedule][record][path] [nats], which stay the worker's until its next values are asked for. Throws as the
// worker does.
std::span<float> simulate_paths(const LossSde& sde, const Tables& tables, const DrawConstants& constants,
                                const PathRange& range, EnsembleWorker& worker, const Window& window);

// The same with all records.
std::span<float> simulate_paths(const LossSde& sde, const Tables& tables, const DrawConstants& constants,
                                const PathRange& range, EnsembleWorker& worker);

}  // namespace losscast
