/// \file
/// In what two plans differ.
#pragma once

#include <span>
#include <string>

namespace losscast {

/// A setting of a plan, such as paths or family.wsd.peak_lr.
struct DifferingKey {
  std::string key;     ///< its name
  std::string before;  ///< its text in the plan that is there; empty if it has none
  std::string now;     ///< in the other one, likewise
};

/// Such as "paths: 512 there, 64 now; seed: 1 there, 2 now".
std::string differences_text(std::span<const DifferingKey> keys);

}  // namespace losscast
