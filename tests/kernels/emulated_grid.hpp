// A CUDA grid on the host: the phases of kernels/cuda_tile.hpp, run for every thread of every block in turn.
#pragma once

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

#include "kernels/cuda_tile.hpp"
#include "tests/kernels/problem.hpp"

namespace losscast::test {

// One block of a grid, as ensemble_kernel() runs it, with the threads one after another between barriers.
template <class D, int K, int P>
void emulate_block(const EnsembleArguments& a, int block_x, int block_y, int warps) {
  using Tile = CudaTile<D, K, P>;
  const int threads = warps * kWarp;
  std::vector<float> shared(Tile::shared_bytes(warps) / sizeof(float) + 4, std::nanf(""));
  void* aligned = shared.data();
  std::size_t space = shared.size() * sizeof(float);
  std::align(16, Tile::shared_bytes(warps), aligned, space);

  struct Thread {
    typename Tile::Place at;
    typename Tile::Paths paths;
    typename Tile::State states[K];
  };
  std::vector<Thread> all(static_cast<std::size_t>(threads));
  for (int t = 0; t < threads; ++t) {
    Thread& thread = all[static_cast<std::size_t>(t)];
    thread.at = Tile::place(block_x, block_y, t, warps, aligned);
    Tile::begin(a, thread.at, thread.paths, thread.states);
  }
  const auto& at = all.front().at;
  const int last_block = longest_run(a, at.block_schedule, Tile::schedules(a, at));
  int block = 0;
  for (int number = 0; number < a.records; ++number) {
    const int until = recorded_after(a, number, last_block);
    while (block < until) {
      const Slab slab = slab_from(block, until);
      std::fill(shared.begin(), shared.end(), std::nanf(""));
      for (const Thread& thread : all) Tile::fill(a, thread.at, slab);
      for (Thread& thread : all) Tile::move(a, thread.at, slab, thread.paths, thread.states);
      block += slab.count;
    }
    for (const Thread& thread : all) Tile::write(a, thread.at, number, thread.states);
  }
}

template <class D, int K, int P>
std::vector<float> emulated(const Problem& problem, int warps) {
  return problem.values([&](const EnsembleArguments& a) {
    for (int y = 0; y * warps * K < a.schedules; ++y)
      for (int x = 0; x * kWarp * P < a.paths; ++x) emulate_block<D, K, P>(a, x, y, warps);
  });
}

}  // namespace losscast::test
