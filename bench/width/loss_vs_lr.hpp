// Losses against LRs at several widths.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "bench/width/methods.hpp"

namespace losscast::bench {

// Numbers k of the grid of LRs 2^(k/2), and the loss at each, infinite where a run diverged.
using LossByLr = std::map<int, double>;

double lr_of(int k);

// One method under one parameterisation.
struct WidthSweep {
  Method method;
  Parameterisation parameterisation;
  std::map<int, LossByLr> losses;  // by width
};

// The number of the LR with the lowest loss.
int best_of(const LossByLr& losses);

// A self-contained picture: a row for each method, `standard` on the left, `mup` on the right.
std::string loss_vs_lr_svg(const std::vector<WidthSweep>& sweeps);

}  // namespace losscast::bench
