// Draws of several chains of walkers, and whether they can be trusted.
#pragma once

#include <cstdint>
#include <vector>

#include "fit/chain_diagnostics.hpp"

namespace losscast {

struct EnsembleDraws {
  // [chain][draw][parameter]; draw i is of the walker i mod `walkers`, sweep after sweep.
  std::vector<std::vector<std::vector<double>>> chains;
  int walkers = 0;               // of a chain
  double acceptance = 0;         // share of proposals accepted after the warm-up
  std::int64_t evaluations = 0;  // of the density, in all
};

struct ParameterDiagnostics {
  double rhat;      // of the chains
  double bulk_ess;  // effective sample sizes of all draws together
  double tail_ess;
};

// Of each parameter (chain_diagnostics.hpp). R-hat compares the chains, each of all its walkers. Effective sample sizes
// see each walker as a sequence of its own: within a chain, neighbours are different walkers, whose independence would
// hide how slowly each of them moves. Walkers that hardly move at all count as one or two draws each; so ask for
// effective sizes of several times the number of all walkers (at least 400: Vehtari et al. 2021).
std::vector<ParameterDiagnostics> diagnose(const EnsembleDraws& draws);

}  // namespace losscast
