// The texts of --help.
#pragma once

#include <string>

#include "cli/command.hpp"

namespace losscast {

// `losscast --help`: the commands, a line each.
std::string program_help();

// `losscast COMMAND --help`: usage, arguments, flags, examples.
std::string command_help(const Command& command);

}  // namespace losscast
