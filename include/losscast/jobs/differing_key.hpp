/// \file
/// In what two plans differ.
#pragma once

#include <string>

namespace losscast {

/// A setting of a plan, such as paths or family.wsd.peak_lr.
struct DifferingKey {
  std::string key;     ///< its name
  std::string before;  ///< its text in the plan that is there; empty if it has none
  std::string now;     ///< in the other one, likewise
};

}  // namespace losscast
