// A command's flags and arguments as cxxopts takes them.
#pragma once

#include <cxxopts.hpp>
#include <string>

#include "cli/command.hpp"

namespace losscast {

// As it stands in a command's usage: "MANIFEST", "[MANIFEST]" or "LOG...".
std::string shown_name(const Positional& positional);

cxxopts::Options cxxopts_options(const Command& command);

}  // namespace losscast
