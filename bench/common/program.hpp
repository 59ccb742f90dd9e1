// What the benchmark programs share: reading the command line, and saying what went wrong.
#pragma once

#include <cxxopts.hpp>
#include <functional>
#include <string>
#include <vector>

namespace losscast::bench {

// Parses the command line by `options` (--json and --help are added; `positional` names required arguments without a
// flag), checks that what counts something is not below 1, runs `body` and returns the program's exit code. Errors
// become one message on standard error.
int run_program(int count, char** arguments, cxxopts::Options options, const std::vector<std::string>& positional,
                const std::function<void(const cxxopts::ParseResult&)>& body);

}  // namespace losscast::bench
