/// \file
/// The non-linearity of feed-forward sub-layers.
#pragma once

namespace losscast {

/// The non-linearity of feed-forward sub-layers.
enum class Activation {
  identity,  ///< none, as the bounds take it
  relu,      ///< max(0, h)
};

}  // namespace losscast
