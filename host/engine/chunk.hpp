// Parts of a request that are simulated in one go: schedules of similar length, on one grid of blocks, whose tables and
// values fit into a bounded memory. Where those of one schedule alone do not, its records are taken some at a time.
#pragma once

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

#include "engine/simulation.hpp"

namespace losscast {

// Where a request is cut.
class Chunks {
 public:
  // Chunks for the processor's workers: of bounded size, and several for each worker, so that one is prepared while
  // another is simulated, unless they would then hold fewer paths than keep a worker busy.
  explicit Chunks(const Simulation& simulation);

  std::size_t count() const { return (order_.size() + size_ - 1) / size_; }

  // Numbers of the request's schedules in a chunk, shortest first.
  std::span<const std::size_t> schedules(std::size_t chunk) const {
    return std::span(order_).subspan(chunk * size_, std::min(size_, order_.size() - chunk * size_));
  }

  // How many records of each schedule are taken in one go.
  std::size_t records_at_once() const { return times_per_schedule_; }

  // Memory that a chunk of full size takes on the host, and again on a device.
  std::size_t bytes() const { return size_ * bytes_per_schedule_; }

  // value_bytes() is the part of these bytes that recorded values take, times() the number of times that are recorded
  // in one go, over all schedules of the chunk.
  std::size_t value_bytes() const { return times() * bytes_per_time_; }
  std::size_t times() const { return size_ * times_per_schedule_; }

 private:
  std::vector<std::size_t> order_;  // the schedules by length, so that those of one tile end together
  std::size_t bytes_per_schedule_, times_per_schedule_, bytes_per_time_;
  std::size_t size_;  // schedules of a chunk
};

}  // namespace losscast
