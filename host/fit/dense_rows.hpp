// Logs of every step: means of their rows, which say of a run what the rows do.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "losscast/fit/curve.hpp"

namespace losscast {

// Rows of a log that count as one: the ones from first to last but those that are junk.
struct RowWindow {
  std::size_t first, last;        // places of rows
  std::vector<std::size_t> kept;  // ascending
  double loss;                    // the mean of those kept [nats]
};

// From more rows than this on, a fit takes means of them.
inline constexpr std::size_t kMostRows = 2000;

// Means of the rows, at least kFewestWindows and about twice as many at most, each of a power of two of neighbouring
// rows: the same windows for runs that have their first rows in common and are of about one length. They end where the
// schedule has borders, unless few rows are between those. A row further than 5 standard deviations from the median of
// its window, by the median of the distances, and than 1e-3 nats, is junk.
inline constexpr std::size_t kFewestWindows = 256;
std::vector<RowWindow> windows_of_rows(std::span<const CurvePoint> rows, std::span<const Step> borders);

}  // namespace losscast
