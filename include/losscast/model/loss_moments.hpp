/// \file
/// Mean and variance of the loss.
#pragma once

namespace losscast {

/// Law of the loss at one time over paths with the same parameters.
struct LossMoments {
  double skeleton;  ///< noise-free law: what is fitted [nats]
  double mean;      ///< expected loss; exceeds the skeleton where the river's clock is uncertain (Jensen)
  double variance;  ///< without observation noise [nats^2]
};

}  // namespace losscast
