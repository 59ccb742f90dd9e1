// What bench_width does.
#pragma once

#include <cxxopts.hpp>

namespace losscast::bench {

// Prints the slopes of log RMS(dW h) against log width.
void coordinates(const cxxopts::ParseResult& given);

// Prints the best LR at each width, and draws the loss against the LR.
void loss_vs_lr(const cxxopts::ParseResult& given);

}  // namespace losscast::bench
