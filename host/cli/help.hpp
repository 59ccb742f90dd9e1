// The texts of --help.
#pragma once

#include <string>
#include <string_view>

#include "cli/command.hpp"

namespace losscast {

// `losscast --help`: the commands, a line each.
std::string program_help();

// `losscast GROUP --help`: the commands of a group, a line each.
std::string group_help(std::string_view group);

// `losscast COMMAND --help`: usage, arguments, flags, examples.
std::string command_help(const Command& command);

}  // namespace losscast
