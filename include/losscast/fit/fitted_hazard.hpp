/// \file
/// Spikes and divergence as a part of a fit.
#pragma once

#include <string_view>
#include <utility>

#include "losscast/model/spikes.hpp"

namespace losscast {

/// Where the numbers of a hazard are from.
enum class HazardSource {
  given,           ///< a person
  runs,            ///< spikes in the logged losses of runs
  outcomes,        ///< which of other trainings spiked, through what their architectures amplify
  divergence_law,  ///< the classifier of finished runs
};

/// All of them, with their names: as files have them.
inline constexpr std::pair<std::string_view, HazardSource> kHazardSources[] = {
    {"given", HazardSource::given},
    {"runs", HazardSource::runs},
    {"outcomes", HazardSource::outcomes},
    {"divergence law", HazardSource::divergence_law},
};

/// The name of a source.
constexpr std::string_view hazard_source_name(HazardSource source) {
  return kHazardSources[static_cast<int>(source)].first;
}

/// What may happen to the runs that a fit forecasts.
struct FittedHazard {
  Spikes spikes;                                    ///< off: forecasts know nothing of spikes and divergence
  HazardSource jumps_from = HazardSource::given;    ///< means something where there are jumps
  HazardSource barrier_from = HazardSource::given;  ///< means something where there is a barrier
};

}  // namespace losscast
