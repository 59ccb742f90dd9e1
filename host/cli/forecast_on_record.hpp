// The flag --register: putting a forecast on record before the run is made.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "cli/flags.hpp"
#include "losscast/fit/fit.hpp"
#include "losscast/io/registration.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// What is on record of a forecast but for the forecast itself; nothing without the flag. Hashes the files that it rests
// on. Throws InputError if something of the file's name is there already, and IoError if it cannot be written.
std::optional<Registration> read_record(const Flags& flags, const Fit& fit, const Recipe& recipe, const LossSde& sde);

// Writes the forecast down, and says which checksum to publish.
void write_record(const Flags& flags, Registration record, std::span<const Step> steps,
                  std::span<const Statistics> bands, const std::vector<std::string>& extrapolations);

}  // namespace losscast
