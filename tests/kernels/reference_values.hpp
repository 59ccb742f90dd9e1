// What run() should return for a request, by the double-precision reference paths on the same random numbers.
#pragma once

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "bench/common/experiment.hpp"
#include "engine/block_length.hpp"
#include "losscast/engine/ensemble.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"
#include "tests/model/examples.hpp"
#include "tests/reference/reference_exact_moments_path.hpp"

namespace losscast::test {

using bench::Experiment;

inline double first_normal(std::uint64_t seed, Stream stream, std::uint64_t path, std::uint32_t step) {
  float four[4];
  normals4(random_bits(seed, stream, path, step, 0), four);
  return static_cast<double>(four[0]);
}

// The values of one path under one schedule of a request (which states its block length and is without spikes) at its
// record steps. Variate v of a block is number v mod 4 of group v / 4; the block is known by its first step.
inline std::vector<double> reference_values(const Experiment& request, const Recipe& recipe, std::uint64_t path) {
  const auto& parameters = request.draws[path % request.draws.size()];
  const reference::Model model = reference_of(*request.model, parameters);
  std::vector<std::size_t> edges;
  for (const Step s : block_edges(*request.block, recipe.total_steps(), request.record_steps))
    edges.push_back(static_cast<std::size_t>(s));

  const auto states = static_cast<std::uint32_t>(request.model->states());
  std::vector<double> normals;
  for (std::size_t b = 0; b + 1 < edges.size(); ++b)
    for (std::uint32_t v = 0; v < states; v += 4) {
      float four[4];
      normals4(random_bits(request.seed, Stream::noise, path, static_cast<std::uint32_t>(edges[b]), v / 4), four);
      for (std::uint32_t i = 0; i < 4 && v + i < states; ++i) normals.push_back(static_cast<double>(four[i]));
    }

  const reference::Noise noise = reference_of(request.noise);
  const reference::PathStart start{noise.startup_shift * first_normal(request.seed, Stream::start_up, path, 0),
                                   noise.run_offset * first_normal(request.seed, Stream::offset, path, 0)};
  const auto simulate = request.scheme == Scheme::euler ? reference::path : reference::exact_moments_path;
  const auto losses = simulate(model, lrs_of(recipe), edges, normals, noise, start);

  const std::vector<Step> steps =
      request.record_steps.empty() ? std::vector<Step>{recipe.total_steps()} : request.record_steps;
  std::vector<double> out;
  for (const Step s : steps) {
    std::size_t b = 0;
    while (edges[b + 1] != static_cast<std::size_t>(s)) ++b;
    const double observed = first_normal(request.seed, Stream::observation, path, static_cast<std::uint32_t>(edges[b]));
    out.push_back(losses[b] + static_cast<double>(request.noise.observation) * observed);
  }
  return out;
}

// The contract on FP32 state: within 1e-5 nats. A loss of many nats, as at a run's first steps, has itself no finer
// grid than that: four units in its last place are allowed on top.
inline double rounding_allowed(double loss) { return 1e-5 + 4 * 6e-8 * loss; }

// Compares every `stride`-th path of the result.
inline void expect_reference_values(const Experiment& request, const EnsembleResult& result, std::int64_t stride = 1) {
  for (std::size_t s = 0; s < request.recipes.size(); ++s) {
    for (std::int64_t p = 0; p < request.paths; p += stride) {
      const auto expected =
          reference_values(request, request.recipes[s], request.first_path + static_cast<std::uint64_t>(p));
      ASSERT_EQ(result.values[s].size(), expected.size() * static_cast<std::size_t>(request.paths));
      for (std::size_t r = 0; r < expected.size(); ++r) {
        const float actual =
            result.values[s][r * static_cast<std::size_t>(request.paths) + static_cast<std::size_t>(p)];
        ASSERT_NEAR(actual, expected[r], rounding_allowed(expected[r]))
            << "schedule " << s << ", path " << p << ", record " << r;
      }
    }
  }
}

}  // namespace losscast::test
