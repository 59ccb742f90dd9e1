/// \file
/// The file of a scaling law.
#pragma once

#include <filesystem>

#include "losscast/io/provenance.hpp"
#include "losscast/scaling/scaling_fit.hpp"

namespace losscast {

/// Writes the fit as JSON, whole or not at all. Throws IoError if that fails.
void write_scaling_fit(const std::filesystem::path& file, const ScalingFit& fit, const Provenance& provenance);

/// Reads what write_scaling_fit() wrote. Throws InputError with the file and the key of what is missing or cannot be.
ScalingFit read_scaling_fit(const std::filesystem::path& file);

}  // namespace losscast
