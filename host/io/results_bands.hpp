// The bands of a sweep as files hold them: the array of bands.npy, and what results.json says of it.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "losscast/sweep/bands.hpp"

namespace losscast {

inline constexpr const char* kBandsFile = "bands.npy";

// The array (candidate, time, statistic): the step, then the columns of results_columns.hpp.
std::string bands_npy(const SweepBands& bands);

// What the array takes of a candidate at one time.
double bytes_of_band();

// The file's name, and what stands along each axis.
nlohmann::ordered_json bands_json(const SweepBands& bands);

}  // namespace losscast
