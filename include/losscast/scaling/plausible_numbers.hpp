/// \file
/// What the sizes, tokens, LRs and losses of any training run lie between.
#pragma once

namespace losscast {

/// Ends that no training run leaves: a number beyond them has another unit, or stands in the wrong column, and one such
/// row carries a fit away.
struct PlausibleRange {
  double low = 0;   ///< the smallest number
  double high = 0;  ///< the largest number

  /// Whether the number lies between the ends, both included; a NaN does not.
  bool holds(double number) const { return low <= number && number <= high; }
};

inline constexpr PlausibleRange kPlausibleParams = {1, 1e16};   ///< parameters of a model
inline constexpr PlausibleRange kPlausibleTokens = {1, 1e18};   ///< that a model is trained on
inline constexpr PlausibleRange kPlausibleBatch = {1, 1e12};    ///< tokens per step
inline constexpr PlausibleRange kPlausibleSteps = {1, 1e12};    ///< of a run
inline constexpr PlausibleRange kPlausibleLr = {1e-12, 1e4};    ///< in the optimiser's own unit
inline constexpr PlausibleRange kPlausibleExtent = {1, 1e9};    ///< width or depth of a model
inline constexpr PlausibleRange kPlausibleAspect = {0.1, 1e4};  ///< width over depth
inline constexpr PlausibleRange kPlausibleLoss = {1e-6, 1e3};   ///< at any time of a run [nats per token]
inline constexpr PlausibleRange kPlausibleEnd = {1e-6, 12};     ///< of a run that went well: 160,000 tokens equally
                                                                ///< likely have 12 [nats per token]

/// Fewer parameters or tokens than these are rather millions or billions of them.
inline constexpr double kFewestUsual = 1e4;

}  // namespace losscast
