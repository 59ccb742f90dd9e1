// The axes of an engine benchmark, from the command line.
#pragma once

#include <cxxopts.hpp>

#include "bench/common/experiment.hpp"

namespace losscast::bench {

// --model, --scheme, --block, --schedules, --paths, --steps, --draws, --backend, --math, --repeats.
void add_engine_flags(cxxopts::Options& options);

// The request that they describe. Throws InputError for what is unknown.
Experiment engine_request(const cxxopts::ParseResult& given);

}  // namespace losscast::bench
