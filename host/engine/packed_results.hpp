// The members of the engine's results, for format/packed.hpp.
#pragma once

#include <cstdint>

#include "losscast/engine/ensemble.hpp"

namespace losscast {

template <class Archive>
void members(Archive& archive, Interval& interval) {
  archive(interval.low, interval.high);
}

template <class Archive>
void members(Archive& archive, Statistics& s) {
  archive(s.mean, s.standard_deviation, s.standard_error, s.posterior_error, s.reduction, s.q05, s.q25, s.q50, s.q75,
          s.q95, s.q99, s.q999, s.tail_mean, s.intervals, s.diverged_share, s.status);
}

template <class Archive>
void members(Archive& archive, MeanSample& sample) {
  archive(sample.centre, sample.units, sample.draws, sample.batches, sample.first_unit);
}

template <class Archive>
void members(Archive& archive, StepError& error) {
  archive(error.block, error.mean, error.standard_deviation, error.at_end, error.schedules_checked);
}

template <class Archive>
void members(Archive& archive, LeversUsed& levers) {
  archive(levers.antithetic, levers.twin_block, levers.exact_jumps);
}

template <class Archive>
void members(Archive& archive, MathDeviation& deviation) {
  archive(deviation.path, deviation.mean);
}

template <class Archive>
void members(Archive& archive, RunDecisions& decisions) {
  archive(decisions.step_error, decisions.levers, decisions.math_deviation);
}

template <class Archive>
void members(Archive& archive, Performance& performance) {
  archive(performance.block_steps, performance.path_steps, performance.engine_seconds, performance.backend,
          performance.device, performance.math, performance.math_deviation);
}

// Whether so much work can have been done: sums of some such numbers stay within 64 bits.
inline bool is_possible(const Performance& performance) {
  constexpr std::int64_t kMost = std::int64_t{1} << 60;
  return performance.block_steps >= 0 && performance.block_steps < kMost && performance.path_steps >= 0 &&
         performance.path_steps < kMost;
}

}  // namespace losscast
