/// \file
/// Logged rows that a fit does not believe.
#pragma once

#include <string>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// What is wrong with them.
enum class DisownedKind {
  junk,      ///< rows far from their neighbours on both sides, such as a failed evaluation or a zero
  stuck,     ///< the same loss again and again, where the log is not that smooth
  spike,     ///< the loss leaves the curve abruptly and comes back to it
  tail,      ///< the loss leaves the curve for good, up to the end of the log
  schedule,  ///< the loss falls earlier or later than the schedule says
};

/// All of them.
inline constexpr DisownedKind kDisownedKinds[] = {DisownedKind::junk, DisownedKind::stuck, DisownedKind::spike,
                                                  DisownedKind::tail, DisownedKind::schedule};

/// Consecutive rows of one curve that the fit does not use.
struct DisownedRows {
  std::string curve;                       ///< its name
  DisownedKind kind = DisownedKind::junk;  ///< what is wrong with them
  Step first_step = 0;                     ///< of the first row
  Step last_step = 0;                      ///< of the last
  int rows = 0;                            ///< how many
  double distance = 0;                     ///< of the farthest one from the level of its neighbours [nats]
};

/// Returns "junk", "stuck", "spike", "tail" or "schedule": as files name it.
const char* disowned_kind_name(DisownedKind kind);

}  // namespace losscast
