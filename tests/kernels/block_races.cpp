// One CUDA block on the host, a thread for each of its own, under ThreadSanitizer: what a kernel's threads exchange in
// shared memory they must exchange across its barriers.
//
//   block_races            runs blocks of several kernels, and compares their values with the CPU's
//   block_races first      the same without the first barrier of each slab, which the sanitizer must report
//   block_races second     and without the second
#include <barrier>
#include <cstring>
#include <iostream>
#include <thread>

#include "kernels/cuda_tile.hpp"
#include "losscast/model/adamw.hpp"
#include "losscast/model/spectral.hpp"
#include "tests/kernels/extras.hpp"

namespace losscast::test {
namespace {

enum class Skipped { none, first, second };

// A thread's way to the barrier of its block. A slab has two.
class Meeting {
 public:
  Meeting(std::barrier<>& barrier, Skipped skipped) : barrier_(barrier), skipped_(skipped) {}
  void operator()() const {
    const Skipped now = calls_++ % 2 == 0 ? Skipped::first : Skipped::second;
    if (now != skipped_) barrier_.arrive_and_wait();
  }

 private:
  std::barrier<>& barrier_;
  Skipped skipped_;
  mutable int calls_ = 0;
};

constexpr int kWarps = 2;

// The block of the first paths and schedules.
template <class D, int K, int P>
void run_block(const EnsembleArguments& a, Skipped skipped) {
  using Tile = CudaTile<D, K, P>;
  struct alignas(16) Unit {
    std::byte bytes[16];
  };
  std::vector<Unit> shared(Tile::shared_bytes(kWarps) / sizeof(Unit) + 1);
  constexpr int kThreads = kWarps * kWarp;
  std::barrier barrier(kThreads);
  std::vector<std::jthread> threads;
  for (int t = 0; t < kThreads; ++t)
    threads.emplace_back(
        [&, t] { Tile::run(a, Tile::place(0, 0, t, kWarps, shared.data()), Meeting(barrier, skipped)); });
}

// Returns whether a block of a kernel gives the CPU's bytes.
template <class D, int K, int P>
bool gives_the_cpus_bytes(std::string_view model, const KernelChoice& choice, Skipped skipped) {
  const Problem problem(find_model(model), kWarps * K, kWarp * P, choice.spikes);
  const Extras all[] = {
      {}, pairs_and_projections(problem.arguments(), D::kVariates), finer_blocks(problem.arguments())};
  bool same = true;
  for (const Extras& extras : all) {
    const std::vector<float> expected = on_cpu(problem, extras, model, choice);
    const std::vector<float> found =
        values_of(problem, extras, [&](const EnsembleArguments& a) { run_block<D, K, P>(a, skipped); });
    same &= std::memcmp(found.data(), expected.data(), found.size() * sizeof(float)) == 0;
  }
  return same;
}

bool all_give_the_cpus_bytes(Skipped skipped) {
  using enum Scheme;
  const KernelChoice calm{.scheme = exact_moments}, spiked{.scheme = euler, .spikes = KernelChoice::Spikes::on};
  bool same = gives_the_cpus_bytes<CalmDynamics<AdamW, exact_moments, ReproducibleMath>, 4, 1>("adamw", calm, skipped);
  same &= gives_the_cpus_bytes<CalmDynamics<AdamW, exact_moments, ReproducibleMath>, 2, 4>("adamw", calm, skipped);
  same &= gives_the_cpus_bytes<SpikedDynamics<AdamW, euler, ReproducibleMath>, 1, 1>("adamw", spiked, skipped);
  same &=
      gives_the_cpus_bytes<CalmDynamics<Spectral, exact_moments, ReproducibleMath>, 1, 1>("spectral", calm, skipped);
  return same;
}

}  // namespace
}  // namespace losscast::test

int main(int count, char** arguments) {
  using namespace losscast::test;
  const std::string_view word = count > 1 ? arguments[1] : "";
  const Skipped skipped = word == "first" ? Skipped::first : word == "second" ? Skipped::second : Skipped::none;
  const bool same = all_give_the_cpus_bytes(skipped);
  std::cout << (same ? "The blocks gave the bytes of the CPU\n" : "The blocks gave other bytes than the CPU\n");
  return same ? 0 : 1;
}
