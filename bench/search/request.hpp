// The model and the draws of a search, from the command line.
#pragma once

#include <cxxopts.hpp>

#include "bench/common/experiment.hpp"

namespace losscast::bench {

// --fit, --widen, --threads.
void add_request_flags(cxxopts::Options& options);

// Makes the request that the flags describe. Without --fit its draws are an example's parameters, scattered. --widen W
// multiplies each draw's distance from the mean, in logarithms, by W.
Experiment request_of(const cxxopts::ParseResult& given);

}  // namespace losscast::bench
