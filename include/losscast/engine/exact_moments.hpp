/// \file
/// Mean and variance of losses by exact sums, so that parts merge to the same bits in any order.
#pragma once

#include <cstdint>

namespace losscast {

/// A path whose loss is further from 0 than this has diverged, even if it is still finite: no real loss is as large,
/// and up to here sums are exact. [nats]
inline constexpr float kLargestLoss = 1048576;  ///< 2^20

/// Whether a path has diverged, or is NaN.
inline bool is_lost(float value) { return !(-kLargestLoss <= value && value <= kLargestLoss); }

/// Sum and sum of squares of FP32 values as integers in units of 2^-32 nats (below one unit in the last place of any
/// loss above 2^-8 nats). Exact for up to 2^22 values that are not lost. Callers leave lost values out; one that is
/// added counts as kLargestLoss with its sign.
class ExactMoments {
 public:
  /// Adds one value [nats].
  void add(float value);
  /// Adds all values of another one.
  void merge(const ExactMoments& other);
  /// Values so far.
  std::int64_t count() const { return count_; }
  double mean() const;      ///< 0 without values
  double variance() const;  ///< with n - 1; 0 below two values

 private:
  __extension__ using Wide = __int128;
  Wide sum_ = 0;
  Wide square_sum_ = 0;
  std::int64_t count_ = 0;
};

}  // namespace losscast
