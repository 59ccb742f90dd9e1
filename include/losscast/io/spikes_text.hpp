/// \file
/// Spikes as one line of text, the value of the flag `--spikes`.
#pragma once

#include <string>
#include <string_view>

#include "losscast/model/spikes.hpp"

namespace losscast {

/// Reads a TOML inline table such as { jump_rate = 1e-4, critical_lr = 3e-4, mean_jump = 0.1 }, whose keys are the
/// fields of Spikes; docs/formats.md says which need which. `origin` names where the text is from, for messages:
/// `--spikes`. The word none stands for spikes that are off. Throws InputError naming the character at fault.
Spikes parse_spikes(std::string_view text, std::string_view origin);

/// Such a table that reads back as these spikes, of which there are some.
std::string spikes_text(const Spikes& spikes);

}  // namespace losscast
