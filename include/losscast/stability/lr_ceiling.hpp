/// \file
/// The LR up to which a transformer trains without spikes, as far as its initialisation tells.
#pragma once

#include <string>
#include <vector>

#include "losscast/stability/architecture.hpp"

namespace losscast {

/// LR times amplification() at which losses spike, where nothing better is known: between the public runs that spiked
/// (from 0.0137 on) and those that did not (up to 0.0046), in the middle of their logarithms, so known to a factor of
/// 1.7. Source: the outcomes of arXiv 2312.16903, AdamW.
inline constexpr double kUsualCriticalLr = 0.008;

/// The largest bound (15) of a layer, by which a gradient may grow in one feed-forward sub-layer.
double amplification(const Architecture& architecture);

/// critical_lr/amplification(architecture). The form is this project's own: among the outcomes of arXiv 2312.16903 it
/// separates those that spiked from those that did not; the product over layers does not. Precondition: critical_lr >
/// 0.
double lr_ceiling(const Architecture& architecture, double critical_lr);

/// One change of an architecture, and what it does to the ceiling.
struct StabilityChange {
  std::string description;    ///< such as `embedding = "scaled"`, as an architecture's file says it
  Architecture architecture;  ///< with the change
  double lr_ceiling = 0;      ///< with it
};

/// The single changes of embedding, initialisation and norm placement that raise the ceiling, the best first.
std::vector<StabilityChange> raising_changes(const Architecture& architecture, double critical_lr);

}  // namespace losscast
