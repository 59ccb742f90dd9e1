// Parts of a request that are simulated in one go: schedules of similar length, on one grid of blocks, whose tables and
// values fit into a bounded memory.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "kernels/ensemble_arguments.hpp"
#include "losscast/engine/ensemble.hpp"

namespace losscast {

// Where a request is cut.
class Chunks {
 public:
  // Chunks for a number of workers, with `block` steps a block: of bounded size, and several for each worker, so that
  // one is prepared while another is simulated, unless they would then hold fewer than `fewest_paths` paths.
  Chunks(const EnsembleRequest& request, Step block, std::size_t workers, std::int64_t fewest_paths);

  std::size_t count() const { return (order_.size() + size_ - 1) / size_; }

  // Numbers of the request's schedules in a chunk, shortest first.
  std::span<const std::size_t> schedules(std::size_t chunk) const {
    return std::span(order_).subspan(chunk * size_, std::min(size_, order_.size() - chunk * size_));
  }

  // Memory that a chunk of full size takes on the host, and again on a device.
  std::size_t bytes() const { return size_ * bytes_per_schedule_; }

  // Of these, the recorded values, of so many times in all.
  std::size_t value_bytes() const { return times() * bytes_per_time_; }
  std::size_t times() const { return size_ * times_per_schedule_; }

 private:
  std::vector<std::size_t> order_;  // the schedules by length, so that those of one tile end together
  std::size_t bytes_per_schedule_, times_per_schedule_, bytes_per_time_;
  std::size_t size_;  // schedules of a chunk
};

// The common grid of some schedules, and where they are recorded.
struct Grid {
  std::vector<Step> edges;
  std::vector<std::uint32_t> block_begin;
  std::vector<int> record_after;
};
Grid make_grid(const EnsembleRequest& request, Step block, Step longest);

// Of a block of `length` steps, over which jumps come at the rate `rate` in all.
SpikeBlock spike_block(const Spikes& spikes, double rate, double length);

// Bytes of class 1 coefficients a block.
std::size_t row_bytes(const EnsembleRequest& request);

// Class 1 coefficients of some schedules on a grid, written to `rows`, [schedules][blocks] of row_bytes() each; returns
// the number of blocks of each schedule.
std::vector<int> fill_tables(const EnsembleRequest& request, const Grid& grid, std::span<const std::size_t> schedules,
                             int threads, void* rows);

// Class 2 coefficients of the draws that the request's paths use.
std::vector<float> make_constants(const EnsembleRequest& request);

// What is the same for all schedules of a grid; the caller adds tables, schedules and values.
EnsembleArguments arguments_of(const EnsembleRequest& request, const Grid& grid, const std::vector<float>& constants);

}  // namespace losscast
