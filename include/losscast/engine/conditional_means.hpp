// The mean of a final loss given a parameter draw, without simulating a path: the law of hills whose noise is switched
// off is their mean, and few blocks cross a run.
#pragma once

#include <cstdint>
#include <memory>
#include <span>

#include "losscast/engine/ensemble.hpp"

namespace losscast {

// What it leaves out, alike for all schedules or nearly: the signal's curvature over the clock's uncertainty. What its
// blocks cost in accuracy falls with the square of their number; docs/choosing.md has it measured.
class ConditionalMeans {
 public:
  // Of the request's model, draws, reference LR and weight decay, on its backend and threads. Throws DeviceError as
  // run() does.
  explicit ConditionalMeans(const EnsembleRequest& request);
  ~ConditionalMeans();
  ConditionalMeans(ConditionalMeans&&) noexcept;

  std::int64_t draws() const;

  // Final losses [nats] of each schedule under draws first ... first + count - 1: out[schedule * count + draw]. Each
  // segment of a schedule takes `blocks_per_segment` blocks. Preconditions: these draws exist, schedules.size() <=
  // kMostSchedulesAtOnce.
  void evaluate(std::span<const Schedule> schedules, int blocks_per_segment, std::int64_t first, std::int64_t count,
                std::span<float> out);
  static constexpr std::size_t kMostSchedulesAtOnce = 8192;

  // What all calls took.
  const Performance& performance() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace losscast
