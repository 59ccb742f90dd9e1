/// \file
/// Finding spikes in a logged series of losses or gradient norms.
#pragma once

#include <span>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast {

/// A logged value.
struct LoggedValue {
  Step step = 0;     ///< after so many updates
  double value = 0;  ///< a loss [nats] or a gradient norm
};

/// What a series is of.
enum class SeriesKind {
  loss,           ///< compared by differences
  gradient_norm,  ///< compared by ratios
};

/// A rise above what lies around it, and the fall back.
struct SeriesSpike {
  Step begin = 0;     ///< step of its first point
  Step peak = 0;      ///< of its highest one
  Step end = 0;       ///< of its last one
  double height = 0;  ///< of the highest above the baseline: nats, or ln of a ratio of norms
  double area = 0;    ///< of all of its points above the baseline, each for the steps since the point before it
};

/// The spikes of a series, in its order. The baseline of a point is the median of itself and of the 20 nearest points
/// on either side that belong to no spike (fewer, but as many on either side, at the ends), so that a steady fall does
/// not count. A spike of a loss has a point more than 6 robust standard deviations above its baseline (1.4826 times the
/// median distance from it of some 200 such points around, or that of their second differences over sqrt 6 if it is
/// larger; of normal noise one point in 10^9), and extends as long as points are more than 2 above. A gradient norm,
/// whose noise grows where training becomes unstable, is judged by its ratio to the baseline instead: a spike has a
/// point of more than twice the baseline, and extends as long as points are more than sqrt 2 times it. Spikes,
/// baselines and deviations are found in turn, up to 20 times, until no spike grows. Values that are no finite numbers,
/// and norms that are not above 0, are left out. Precondition: steps rise.
std::vector<SeriesSpike> find_spikes(std::span<const LoggedValue> values, SeriesKind series);

}  // namespace losscast
