/// \file
/// A sweep as rounds of independent work, which may be done in pieces, by any number of processes, in any order.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "losscast/sweep/result.hpp"

namespace losscast {

/// What a round leaves on a disk, about, as far as that is known when it opens. [bytes]
struct RoundBytes {
  double items = 0;   ///< of RoundPart::bytes for all items together, into however many parts they are cut
  double a_part = 0;  ///< beside that, of each part
  double later = 0;   ///< of the states and parts of the rounds after it, where these are known beforehand
};

/// The work of one round.
struct Round {
  std::string name;        ///< in words, such as "race, round 2: 128 draws"
  std::int64_t items = 0;  ///< independent of one another, numbered from 0
  double seconds = 0;      ///< that all items will take on this machine, about; 0 where they are few
  RoundBytes bytes = {};   ///< that it leaves on a disk, if its parts are kept there
};

/// What some consecutive items of a round have come to.
struct RoundPart {
  std::string bytes;  ///< for close() to read
  /// The lowest loss among them, for people to look at; NaN if there is none. [nats]
  double best = std::numeric_limits<double>::quiet_NaN();
};

/// A sweep in progress. What a round comes to does not depend on how its items are cut into parts, and the sweep goes
/// on from the text of its state to the same result, on whatever machine. One thread may use an object at a time;
/// several objects that were made of the same state may compute parts side by side.
class SweepRounds {
 public:
  /// Sweeps are deleted through their base.
  virtual ~SweepRounds() = default;

  /// The round whose parts are to be computed; nothing when all rounds are over.
  virtual std::optional<Round> open() const = 0;

  /// All that the rest of the sweep depends on, beside configuration, fit and options: some bytes.
  virtual std::string state() const = 0;

  /// Computes items first ... first + count - 1 of the open round. Throws as run() does.
  virtual RoundPart compute(std::int64_t first, std::int64_t count) = 0;

  /// Ends the open round, and opens the next one if there is one. `parts` are the bytes of parts that together cover
  /// all items, in their order; `seconds` is how long the round took, which nothing but a limit in seconds depends on.
  /// Throws InputError if the bytes are no such parts.
  virtual void close(std::span<const std::string_view> parts, double seconds) = 0;

  /// What the sweep found. Precondition: no round is open. To be called once.
  virtual SweepResult finish() = 0;
};

}  // namespace losscast
