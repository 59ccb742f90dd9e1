// The elementary benchmarks, by instruction set and on a GPU.
#pragma once

#include "kernels/ensemble.hpp"

namespace losscast::bench {

enum class Sde { linear, hill, demo };

// A tile of an elementary SDE on the CPU; coefficients are ElementaryRows.
CpuEnsemble elementary_tile(Sde sde, Isa isa);

// Draws `count` normal variates and sums them: a tile of paths from `first_path` on, four variates of each a step.
float sum_of_normals(Isa isa, std::uint64_t first_path, std::int64_t count);

// What a GPU measured by its own clock, the kernel alone.
struct GpuRun {
  double seconds;
  double sum;  // of the variates
};

// Returns the number of multiprocessors of the current GPU.
int multiprocessors_of_gpu();

// The same on the current GPU; the pointers of `host` are host memory. Throw DeviceError if it fails.
double run_elementary_on_gpu(Sde sde, MathMode math, const EnsembleArguments& host);
GpuRun sum_normals_on_gpu(MathMode math, std::int64_t count);

}  // namespace losscast::bench
