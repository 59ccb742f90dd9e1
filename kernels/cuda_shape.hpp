// How a launch is cut into threads, warps and blocks.
#pragma once

#include <cstdint>

namespace losscast {

inline constexpr int kWarp = 32;
inline constexpr int kMostWarps = 4;

struct CudaShape {
  int schedules_per_thread;  // K
  int paths_per_thread;      // P
  int warps;                 // of a block: each has schedules of its own, all have the same paths
};

// The shape for a launch: the wide one, which does less work a path-step, if it still fills the GPU with four blocks a
// multiprocessor; else the narrow one. A block has no more warps than schedules need, and fewer where the grid would
// leave multiprocessors idle: paths are what there is most of then, and a small block draws their numbers as well.
inline CudaShape choose_cuda_shape(const CudaShape& wide, const CudaShape& narrow, int schedules, std::int64_t paths,
                                   int multiprocessors) {
  constexpr std::int64_t kBlocksToFill = 4;  // a multiprocessor
  const auto blocks = [&](const CudaShape& s) {
    const std::int64_t across = (paths + kWarp * s.paths_per_thread - 1) / (kWarp * s.paths_per_thread);
    const int tall = s.warps * s.schedules_per_thread;
    return across * ((schedules + tall - 1) / tall);
  };
  const std::int64_t filled = kBlocksToFill * multiprocessors;
  if (blocks(wide) >= filled && schedules >= wide.schedules_per_thread) {
    CudaShape shape = wide;
    while (shape.warps > 1 && (shape.warps / 2) * shape.schedules_per_thread >= schedules) shape.warps /= 2;
    return shape;
  }
  CudaShape shape = narrow;
  // With few schedules, warps without any still draw random numbers for the others: keep them.
  while (shape.warps > 1 && blocks(shape) < filled && schedules > shape.warps / 2) shape.warps /= 2;
  return shape;
}

}  // namespace losscast
