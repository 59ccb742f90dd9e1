#include "fit/ensemble_draws.hpp"

namespace losscast {
namespace {

// [chain x walkers + walker][draw]
ParameterChains walker_sequences(const EnsembleDraws& draws, std::size_t parameter) {
  ParameterChains sequences;
  const auto walkers = static_cast<std::size_t>(draws.walkers);
  for (const auto& chain : draws.chains)
    for (std::size_t walker = 0; walker < walkers; ++walker) {
      sequences.emplace_back();
      for (std::size_t i = walker; i < chain.size(); i += walkers) sequences.back().push_back(chain[i][parameter]);
    }
  return sequences;
}

ParameterChains whole_chains(const EnsembleDraws& draws, std::size_t parameter) {
  ParameterChains chains;
  for (const auto& chain : draws.chains) {
    chains.emplace_back();
    for (const auto& draw : chain) chains.back().push_back(draw[parameter]);
  }
  return chains;
}

}  // namespace

std::vector<ParameterDiagnostics> diagnose(const EnsembleDraws& draws) {
  std::vector<ParameterDiagnostics> all;
  for (std::size_t p = 0; p < draws.chains[0][0].size(); ++p) {
    const ParameterChains sequences = walker_sequences(draws, p);
    all.push_back({rank_normalised_rhat(whole_chains(draws, p)), bulk_effective_sample_size(sequences),
                   tail_effective_sample_size(sequences)});
  }
  return all;
}

}  // namespace losscast
