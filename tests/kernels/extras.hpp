// What a request may ask of the kernels beside its paths.
#pragma once

#include <cmath>
#include <string_view>
#include <vector>

#include "kernels/ensemble.hpp"
#include "tests/kernels/problem.hpp"

namespace losscast::test {

// Antithetic pairs and projections, or the random numbers of finer blocks.
struct Extras {
  Pairing pairing = Pairing::independent;
  std::vector<BlockHalves> halves;
  std::vector<float> weights;
  int variates = 0;

  EnsembleArguments applied_to(EnsembleArguments a, std::vector<float>& projections) const {
    a.pairing = pairing;
    if (pairing == Pairing::antithetic) a.first_path = 10;  // pairs begin with an even number
    a.variates = variates;
    if (!halves.empty()) a.halves = halves.data();
    if (weights.empty()) return a;
    projections.assign(static_cast<std::size_t>(a.schedules) * static_cast<std::size_t>(a.paths), std::nanf(""));
    a.weights = weights.data();
    a.projections = projections.data();
    return a;
  }
};

inline Extras pairs_and_projections(const EnsembleArguments& a, int variates) {
  Extras extras{.pairing = Pairing::antithetic, .halves = {}, .weights = {}, .variates = variates};
  for (int s = 0; s < a.schedules; ++s)
    for (int b = 0; b < a.block_count; ++b)
      for (int v = 0; v < variates; ++v)
        extras.weights.push_back(b < a.last_block[s] ? 0.1f * static_cast<float>((s + b + v) % 7) : 0.0f);
  return extras;
}

inline Extras finer_blocks(const EnsembleArguments& a) {
  Extras extras;
  for (int b = 0; b < a.block_count; ++b) {
    const bool two = b % 3 != 2;
    extras.halves.push_back({a.block_begin[b] + 2, two ? 0.6f : 1.0f, two ? 0.8f : 0.0f});
  }
  return extras;
}

// Values of all paths, then projections, if there are any.
template <class Simulate>
std::vector<float> values_of(const Problem& problem, const Extras& extras, const Simulate& simulate) {
  std::vector<float> projections;
  std::vector<float> values =
      problem.values([&](const EnsembleArguments& a) { simulate(extras.applied_to(a, projections)); });
  values.insert(values.end(), projections.begin(), projections.end());
  return values;
}

inline std::vector<float> on_cpu(const Problem& problem, const Extras& extras, std::string_view model,
                                 const KernelChoice& choice) {
  return values_of(problem, extras, [&](const EnsembleArguments& a) {
    constexpr int kWidth = 4;
    const CpuEnsemble kernel = cpu_ensemble(model, Isa::generic, choice);
    for (std::int64_t tile = 0; tile < cpu_tile_count(a, kWidth); ++tile) kernel.run_tile(a, kWidth, tile);
  });
}

}  // namespace losscast::test
