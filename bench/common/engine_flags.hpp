// The axes of an engine benchmark, from the command line.
#pragma once

#include <cxxopts.hpp>

#include "losscast/engine/ensemble.hpp"

namespace losscast::bench {

// --model, --scheme, --block, --schedules, --paths, --steps, --draws, --backend, --math, --repeats.
void add_engine_flags(cxxopts::Options& options);

// The request that they describe. Throws InputError for what is unknown.
EnsembleRequest engine_request(const cxxopts::ParseResult& given);

}  // namespace losscast::bench
