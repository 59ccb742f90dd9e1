// Values of a problem by the CPU's kernels.
#pragma once

#include <string_view>
#include <vector>

#include "kernels/ensemble.hpp"
#include "tests/kernels/problem.hpp"

namespace losscast::test {

// Every kernel of a model on the CPU.
inline std::vector<KernelChoice> kernel_choices() {
  std::vector<KernelChoice> out;
  for (const Scheme scheme : {Scheme::euler, Scheme::exact_moments})
    for (const KernelChoice::Spikes spikes : {KernelChoice::Spikes::off, KernelChoice::Spikes::on})
      out.push_back({scheme, MathMode::reproducible, spikes});
  return out;
}

// Returns the values that a CPU computes in tiles of `width` schedules. A value that is not written stays a NaN.
inline std::vector<float> cpu_values(const Problem& problem, std::string_view model, Isa isa,
                                     const KernelChoice& choice, int width) {
  return problem.values([&](const EnsembleArguments& arguments) {
    const CpuEnsemble kernel = cpu_ensemble(model, isa, choice);
    for (std::int64_t tile = 0; tile < cpu_tile_count(arguments, width); ++tile)
      kernel.run_tile(arguments, width, tile);
  });
}

}  // namespace losscast::test
