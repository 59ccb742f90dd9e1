/// \file
/// What is left out of a run's logs, and why.
#pragma once

#include <array>
#include <cstddef>
#include <string>

namespace losscast {

/// Why a row, or a value of it, is left out.
enum class Omission {
  nothing_in_it,    ///< it has neither a loss nor a rate
  no_step,          ///< it has one, and no step
  not_finite,       ///< the value is infinite or a NaN
  repeated_header,  ///< it names the columns again
  abandoned,        ///< a rerun took over at this step or before
  duplicate         ///< the step comes again, with another value
};
/// The number of reasons.
inline constexpr std::size_t kOmissions = 6;

/// How many rows or values were left out for each reason.
struct Omissions {
  std::array<std::size_t, kOmissions> counts{};  ///< in the order of Omission

  /// The count of one reason.
  std::size_t& operator[](Omission reason) { return counts[static_cast<std::size_t>(reason)]; }
  /// The count of one reason.
  std::size_t operator[](Omission reason) const { return counts[static_cast<std::size_t>(reason)]; }
  /// "3 repeated headers, 1 value that is not finite"; empty if there are none.
  std::string text() const;
};

}  // namespace losscast
