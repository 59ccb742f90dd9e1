// A command's flags and arguments as cxxopts takes them.
#pragma once

#include <cxxopts.hpp>

#include "cli/command.hpp"

namespace losscast {

cxxopts::Options cxxopts_options(const Command& command);

}  // namespace losscast
