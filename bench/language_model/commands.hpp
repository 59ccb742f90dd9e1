// What bench_language_model does.
#pragma once

#include <cxxopts.hpp>

namespace losscast::bench {

// Prints the norms of layers and gradients, before training or after some updates, beside the bounds of the former.
void norms(const cxxopts::ParseResult& given);

// Prints last losses and spikes over the peak LR.
void peaks(const cxxopts::ParseResult& given);

// Prints the slopes of log RMS(dW h) against log width.
void coordinates(const cxxopts::ParseResult& given);

// Prints last losses over the peak LR at several widths.
void widths(const cxxopts::ParseResult& given);

}  // namespace losscast::bench
