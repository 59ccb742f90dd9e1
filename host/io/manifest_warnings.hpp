// What looks odd in a manifest but can be used.
#pragma once

#include <string>
#include <vector>

#include "io/continued_run.hpp"

namespace losscast {

// Of curves trained with an optimiser whose weight norm no model follows.
std::vector<std::string> optimiser_warnings(const std::vector<Curve>& curves);

// Of curves that differ in their batch size; those that do not say theirs differ from none.
std::vector<std::string> batch_warnings(const std::vector<Curve>& curves);

// Of curves that differ in their data, likewise.
std::vector<std::string> data_warnings(const std::vector<ReadCurve>& curves);

}  // namespace losscast
