// Random numbers that paths share: antithetic pairs, coarse blocks that take those of finer ones, and projections of a
// run's random numbers on weights; by every instruction set, and by a CUDA grid emulated on the host.
#include <gtest/gtest.h>

#include "losscast/model/adamw.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "tests/kernels/bytes.hpp"
#include "tests/kernels/cpu_values.hpp"
#include "tests/kernels/emulated_grid.hpp"
#include "tests/kernels/isas.hpp"

namespace losscast::test {
namespace {

using D = CalmDynamics<AdamW, Scheme::exact_moments, ReproducibleMath>;
constexpr int kSchedules = 5, kPaths = 70;
constexpr std::uint64_t kFirstPath = 10;

// What to change in a problem's arguments, and where its projections go.
struct Shared {
  Pairing pairing = Pairing::independent;
  std::vector<BlockHalves> halves;
  std::vector<float> weights;
  mutable std::vector<float> projections;

  EnsembleArguments applied_to(EnsembleArguments a) const {
    a.first_path = kFirstPath;
    a.pairing = pairing;
    a.variates = D::kVariates;
    if (!halves.empty()) a.halves = halves.data();
    if (!weights.empty()) {
      projections.assign(static_cast<std::size_t>(kSchedules * kPaths), std::nanf(""));
      a.weights = weights.data();
      a.projections = projections.data();
    }
    return a;
  }
};

std::vector<float> on_cpu(const Problem& problem, const Shared& shared, Isa isa) {
  return problem.values([&](const EnsembleArguments& given) {
    const EnsembleArguments a = shared.applied_to(given);
    const CpuEnsemble kernel = cpu_ensemble("adamw", isa, {});
    for (std::int64_t tile = 0; tile < cpu_tile_count(a, 4); ++tile) kernel.run_tile(a, 4, tile);
  });
}

template <int K, int P>
std::vector<float> on_grid(const Problem& problem, const Shared& shared) {
  return problem.values([&](const EnsembleArguments& given) {
    const EnsembleArguments a = shared.applied_to(given);
    constexpr int kWarps = 2;
    for (int y = 0; y * kWarps * K < a.schedules; ++y)
      for (int x = 0; x * kWarp * P < a.paths; ++x) emulate_block<D, K, P>(a, x, y, kWarps);
  });
}

float normal(std::uint64_t path, std::uint32_t step, int variate) {
  float four[4];
  normals4(random_bits(5, Stream::noise, path, step, static_cast<std::uint32_t>(variate) / 4), four);
  return four[variate % 4];
}

// None past a run's end.
Shared with_weights(const EnsembleArguments& a) {
  Shared shared;
  for (int s = 0; s < kSchedules; ++s)
    for (int i = 0; i < a.block_count * D::kVariates; ++i)
      shared.weights.push_back(i < a.last_block[s] * D::kVariates ? static_cast<float>(std::sin(1.0 + 7 * s + i))
                                                                  : 0.0f);
  return shared;
}

// Blocks of 4 steps that take the numbers of two of 2.
std::vector<BlockHalves> some_halves(const EnsembleArguments& a) {
  std::vector<BlockHalves> halves;
  for (int b = 0; b < a.block_count; ++b)
    halves.push_back(b % 3 == 2 ? BlockHalves{0, 1.0f, 0.0f} : BlockHalves{a.block_begin[b] + 2, 0.6f, 0.8f});
  return halves;
}

void expect_projections(const Shared& shared, const EnsembleArguments& a) {
  for (int s = 0; s < kSchedules; ++s)
    for (int p = 0; p < kPaths; ++p) {
      const bool paired = shared.pairing == Pairing::antithetic;
      const std::uint64_t path = kFirstPath + static_cast<std::uint64_t>(p);
      double sum = 0;
      for (int b = 0; b < a.block_count; ++b)
        for (int v = 0; v < D::kVariates; ++v) {
          const std::uint64_t number = paired ? path / 2 : path;
          double z = static_cast<double>(normal(number, a.block_begin[b], v));
          if (!shared.halves.empty()) {
            const BlockHalves& h = shared.halves[static_cast<std::size_t>(b)];
            z *= static_cast<double>(h.first_weight);
            if (h.second_weight > 0) z += static_cast<double>(h.second_weight * normal(number, h.second, v));
          }
          const double sign = paired && path % 2 == 1 ? -1 : 1;
          sum +=
              sign * z *
              static_cast<double>(shared.weights[static_cast<std::size_t>((s * a.block_count + b) * D::kVariates + v)]);
        }
      ASSERT_NEAR(shared.projections[static_cast<std::size_t>(s * kPaths + p)], sum, 2e-5) << s << " " << p;
    }
}

TEST(SharedNoise, ProjectionsAreTheWeightedSumsOfTheVariates) {
  const Problem problem(find_model("adamw"), kSchedules, kPaths);
  const EnsembleArguments& a = problem.arguments();
  for (const Pairing pairing : {Pairing::independent, Pairing::antithetic})
    for (const bool halved : {false, true}) {
      Shared shared = with_weights(a);
      shared.pairing = pairing;
      if (halved) shared.halves = some_halves(a);
      for (const Isa isa : available_isas()) {
        SCOPED_TRACE(isa_name(isa));
        on_cpu(problem, shared, isa);
        expect_projections(shared, a);
      }
    }
}

TEST(SharedNoise, IsTheSameOnEveryInstructionSetAndGrid) {
  const Problem problem(find_model("adamw"), kSchedules, kPaths);
  const EnsembleArguments& a = problem.arguments();
  for (const Pairing pairing : {Pairing::independent, Pairing::antithetic})
    for (const bool halved : {false, true}) {
      Shared shared = with_weights(a);
      shared.pairing = pairing;
      if (halved) shared.halves = some_halves(a);
      const auto expected = on_cpu(problem, shared, Isa::generic);
      const auto projections = shared.projections;
      for (const float value : expected) ASSERT_FALSE(std::isnan(value));
      const auto expect_the_same = [&](const std::vector<float>& values) {
        EXPECT_TRUE(same_bytes(values, expected));
        EXPECT_TRUE(same_bytes(shared.projections, projections));
      };
      for (const Isa isa : available_isas()) expect_the_same(on_cpu(problem, shared, isa));
      expect_the_same(on_grid<1, 1>(problem, shared));
      expect_the_same(on_grid<4, 1>(problem, shared));
      expect_the_same(on_grid<2, 4>(problem, shared));
    }
}

// Control: with weights or without, values are the same; with pairs or halves they are others.
TEST(SharedNoise, ChangesValuesOnlyWhereItShould) {
  const Problem problem(find_model("adamw"), kSchedules, kPaths);
  const auto plain = on_cpu(problem, {}, Isa::generic);
  EXPECT_TRUE(same_bytes(on_cpu(problem, with_weights(problem.arguments()), Isa::generic), plain));
  Shared paired, halved;
  paired.pairing = Pairing::antithetic;
  halved.halves = some_halves(problem.arguments());
  EXPECT_FALSE(same_bytes(on_cpu(problem, paired, Isa::generic), plain));
  EXPECT_FALSE(same_bytes(on_cpu(problem, halved, Isa::generic), plain));
}

}  // namespace
}  // namespace losscast::test
