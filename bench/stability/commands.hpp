// What bench_stability does.
#pragma once

#include <cxxopts.hpp>

namespace losscast::bench {

// Prints the peak LRs at which runs spike, over warm-ups and architectures, and draws them.
void spikes(const cxxopts::ParseResult& given);

// Prints measured and forecast losses of runs beyond the limit of stability, and draws them.
void warmup(const cxxopts::ParseResult& given);

}  // namespace losscast::bench
