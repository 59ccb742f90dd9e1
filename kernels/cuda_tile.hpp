// The work of one CUDA thread block, in phases between which all its threads meet. Plain functions of (block, thread),
// so that tests can run them on the host: a whole grid thread by thread, or one block by threads that really meet.
// ensemble_cuda.cuh adds only the barrier.
//
// A block is W warps of 32 threads. Its paths are 32 P consecutive ones, P for each lane, shared by all warps; its
// schedules are W K consecutive ones, K for each warp. Random numbers and class 1 coefficients of a slab lie in shared
// memory: each warp draws and copies a part, then every warp reads all random numbers and its own schedules'
// coefficients.
#pragma once

#include "kernels/cuda_shape.hpp"
#include "kernels/ensemble_tile.hpp"

namespace losscast::inline LOSSCAST_ISA {

// Two shapes for a model: `wide` where there is enough work, `narrow` where more threads matter more than what they
// share. K and P are as large as a thread's registers allow.
template <class D>
inline constexpr CudaShape kNarrow{1, 1, kMostWarps};
template <class D>
inline constexpr CudaShape kWide = D::kVariates <= 2    ? CudaShape{8, 4, kMostWarps}
                                   : D::kVariates <= 10 ? CudaShape{4, 1, kMostWarps}
                                                        : kNarrow<D>;

// Shared memory of a block: variates, then coefficients, [W K schedules][blocks of a slab].
template <class D, int K, int P>
struct CudaTile {
  static constexpr int kLanes = kWarp * P;
  using Row = typename D::Coefficients;
  using Paths = typename D::template Paths<P>;
  using State = typename D::template State<P>;

  static constexpr std::size_t kVariateBytes = sizeof(float) * kSlabBlocks * D::kVariates * kLanes;
  static constexpr std::size_t shared_bytes(int warps) {
    return kVariateBytes + sizeof(Row) * kSlabBlocks * static_cast<std::size_t>(warps * K);
  }

  // Where a thread works.
  struct Place {
    int warp, lane, warps;
    std::int64_t block_path;  // first path of the block
    int block_schedule;       // first schedule of the block
    float* variates;
    Row* rows;

    LOSSCAST_HD std::int64_t path() const { return block_path + lane * P; }
    LOSSCAST_HD int schedule() const { return block_schedule + warp * K; }
  };

  LOSSCAST_HD static Place place(int block_x, int block_y, int thread, int warps, void* shared) {
    auto* bytes = static_cast<unsigned char*>(shared);
    return {thread / kWarp,
            thread % kWarp,
            warps,
            static_cast<std::int64_t>(block_x) * kLanes,
            block_y * warps * K,
            reinterpret_cast<float*>(bytes),
            reinterpret_cast<Row*>(bytes + kVariateBytes)};
  }

  // Schedules that the block really has: the last block of a grid may have fewer than W K.
  LOSSCAST_HD static int schedules(const EnsembleArguments& a, const Place& at) {
    const int left = a.schedules - at.block_schedule;
    return left < at.warps * K ? left : at.warps * K;
  }

  LOSSCAST_HD static void begin(const EnsembleArguments& a, const Place& at, Paths& paths, State (&states)[K]) {
    LOSSCAST_UNROLL
    for (int p = 0; p < P; ++p) D::load(a, a.first_path + static_cast<std::uint64_t>(at.path() + p), p, paths);
    LOSSCAST_UNROLL
    for (int k = 0; k < K; ++k) D::start(states[k]);
  }

  // First phase of a slab: to shared memory. Coefficients go as 16-byte units, one a thread; where the block has fewer
  // than W K schedules, the last one's stand for the rest.
  LOSSCAST_HD static void fill(const EnsembleArguments& a, const Place& at, const Slab& slab) {
    struct alignas(16) Unit {
      float word[4];
    };
    constexpr int kUnits = static_cast<int>(sizeof(Row) / sizeof(Unit)), kUnitsOfSlab = kSlabBlocks * kUnits;
    const auto* rows = static_cast<const Row*>(a.coefficients) + slab.first;
    auto* to = reinterpret_cast<Unit*>(at.rows);
    for (int i = at.warp * kWarp + at.lane; i < at.warps * K * kUnitsOfSlab; i += at.warps * kWarp) {
      const int wanted = at.block_schedule + i / kUnitsOfSlab, unit = i % kUnitsOfSlab;
      const int schedule = wanted < a.schedules ? wanted : a.schedules - 1;
      if (unit < slab.count * kUnits)
        to[i] = reinterpret_cast<const Unit*>(rows + static_cast<std::int64_t>(schedule) * a.block_count)[unit];
    }
    draw_slab<D, kLanes, kWarp>(a, a.first_path + static_cast<std::uint64_t>(at.block_path), slab, at.warp, at.warps,
                                at.lane, at.variates);
  }

  // Second phase: from shared memory.
  LOSSCAST_HD static void move(const EnsembleArguments& a, const Place& at, const Slab& slab, const Paths& paths,
                               State (&states)[K]) {
    if (at.schedule() >= a.schedules) return;
    const Row* rows[K];
    LOSSCAST_UNROLL
    for (int k = 0; k < K; ++k) rows[k] = at.rows + (at.warp * K + k) * kSlabBlocks;
    step_slab<D, K, P, kLanes>(a, states, paths, rows, slab.count, at.variates, at.lane * P);
    if (a.weights == nullptr) return;
    LOSSCAST_UNROLL
    for (int k = 0; k < K; ++k)
      if (at.schedule() + k < a.schedules)
        project_slab<D, P, kLanes>(a, at.path(), at.schedule() + k, slab, at.variates, at.lane * P);
  }

  LOSSCAST_HD static void write(const EnsembleArguments& a, const Place& at, int number, const State (&states)[K]) {
    if (at.path() >= a.paths) return;
    LOSSCAST_UNROLL
    for (int k = 0; k < K; ++k)
      if (at.schedule() + k < a.schedules) record<D>(a, at.path(), at.schedule() + k, number, states[k]);
  }

  // All that a thread does. `meet()` returns once every thread of the block has called it.
  template <class Barrier>
  LOSSCAST_HD static void run(const EnsembleArguments& a, const Place& at, const Barrier& meet) {
    Paths paths;
    State states[K];
    begin(a, at, paths, states);
    const int last_block = longest_run(a, at.block_schedule, schedules(a, at));
    int block = 0;
    for (int number = 0; number < a.records; ++number) {
      const int until = recorded_after(a, number, last_block);
      while (block < until) {
        const Slab slab = slab_from(block, until);
        meet();  // every warp has left the slab before
        fill(a, at, slab);
        meet();
        move(a, at, slab, paths, states);
        block += slab.count;
      }
      write(a, at, number, states);
    }
  }
};

}  // namespace losscast::inline LOSSCAST_ISA
