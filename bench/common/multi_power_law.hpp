// The Multi-Power Law, a published law of the loss under an LR schedule, as a baseline (Luo et al. 2025,
// arXiv 2503.12811).
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "losscast/schedule/schedule.hpp"

namespace losscast::bench {

// The loss after update s is as follows. S_k is the sum of eta_tau over k <= tau <= s, and S_0 is the sum over all
// updates 0 ... s, the warm-up's included:
//   L(s) = floor + amplitude S_0^-alpha - drop sum_{k=1..s} (eta_{k-1} - eta_k) G(eta_k^-gamma S_k),
//   G(x) = 1 - (1 + rate x)^-beta.
struct MultiPowerLaw {
  double floor, amplitude, alpha, drop, rate, beta, gamma;  // the paper's L0, A, alpha, B, C, beta, gamma
};

// The published parameters of a model size (25M, 100M or 400M), from the authors' repository
// thu-yao-01-luo/MultiPowerLaw, src/config.py (MIT licence). Throws InputError for another size.
const MultiPowerLaw& published_parameters(std::string_view size);

// LR of every update as the authors' code has it: as the schedule, but the warm-up of `warmup_steps` reaches the peak
// at its last update instead of one later.
std::vector<double> published_lrs(const Schedule& schedule, Step warmup_steps);

// The law at the given steps, each below lrs.size().
std::vector<double> multi_power_law(const MultiPowerLaw& law, std::span<const double> lrs, std::span<const Step> steps);

}  // namespace losscast::bench
