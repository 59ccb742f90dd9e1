// Every model's kernel, on every instruction set of this machine, against the reference paths on the same random
// numbers.
#include <gtest/gtest.h>

#include "bench/common/experiment.hpp"
#include "tests/kernels/isas.hpp"
#include "tests/kernels/reference_values.hpp"

namespace losscast::test {

using bench::Experiment;

namespace {

class Equivalence : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  Experiment request() const {
    Experiment out;
    out.model = GetParam();
    out.reference = kReference;
    out.weight_decay = kWeightDecay;
    auto draws = example_draws(*GetParam(), 7);
    // Short runs hardly leave u = 0, where the signal explodes: a small amplitude gives them the loss of real runs.
    for (auto& draw : draws)
      for (std::size_t p = 0; p < draw.size(); ++p)
        if (out.model->parameters()[p].name == "A") draw[p] *= 0.02;
    out.draws = draws;
    out.noise = example_noise();
    out.noise.observation = 1e-3f;
    out.seed = 17;
    out.block = 1;
    out.backend = Backend::cpu;
    out.threads = 1;
    out.keep = Experiment::Keep::values;
    return out;
  }

  static void expect_equivalent_on_every_isa(const Experiment& request) {
    for (const Isa isa : available_isas()) {
      SCOPED_TRACE(isa_name(isa));
      const ForcedIsa forced(isa_name(isa));
      expect_reference_values(request, run(request));
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Every, Equivalence, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

// One path, one below, at and above a warp, and a number that no tile divides; one to five schedules; lengths that no
// block divides.
TEST_P(Equivalence, ForAnyNumberOfPathsAndSchedules) {
  const std::vector<Recipe> schedules = {wsd(64), cosine(64), constant(64), wsd(64, 1e-4), cosine(64, 2e-4)};
  const std::int64_t paths[] = {1, 31, 32, 33, 597};
  for (std::size_t count = 1; count <= schedules.size(); ++count) {
    for (const Scheme scheme : {Scheme::euler, Scheme::exact_moments}) {
      SCOPED_TRACE(count);
      Experiment request = this->request();
      request.recipes.assign(schedules.begin(), schedules.begin() + static_cast<std::ptrdiff_t>(count));
      request.paths = paths[count - 1];
      request.scheme = scheme;
      request.block = scheme == Scheme::euler ? 1 : 5;
      request.record_steps = {17, 33, 64};
      expect_equivalent_on_every_isa(request);
    }
  }
}

TEST_P(Equivalence, ForSchedulesOfDifferentLengths) {
  for (const Scheme scheme : {Scheme::euler, Scheme::exact_moments}) {
    Experiment request = this->request();
    request.recipes = {wsd(70), constant(3), cosine(29), wsd(64), constant(1), constant(64)};
    request.paths = 33;
    request.scheme = scheme;
    request.block = scheme == Scheme::euler ? 1 : 8;
    expect_equivalent_on_every_isa(request);
  }
}

TEST_P(Equivalence, ForPathsFarFromZero) {
  Experiment request = this->request();
  request.recipes = {wsd(64)};
  request.paths = 33;
  request.first_path = (std::uint64_t{1} << 40) + 6;  // by no multiple of the draws
  expect_equivalent_on_every_isa(request);
}

TEST_P(Equivalence, ForZeroLr) {
  Experiment request = this->request();
  request.recipes = {table(std::vector<double>(50, 0.0)), table({3e-4, 3e-4, 0, 0, 0, 0, 3e-4, 0, 0})};
  request.paths = 33;
  for (const Step block : {1, 4}) {
    request.block = block;
    expect_equivalent_on_every_isa(request);
  }
}

TEST_P(Equivalence, ForARunShorterThanABlock) {
  Experiment request = this->request();
  request.recipes = {constant(5), wsd(40)};
  request.paths = 33;
  request.block = 100;
  request.noise.observation = 0;
  expect_equivalent_on_every_isa(request);
}

// Many blocks, at the default's length for exact moments, and two steps for Euler-Maruyama.
TEST_P(Equivalence, ForAWholeRun) {
  for (const Scheme scheme : {Scheme::euler, Scheme::exact_moments}) {
    Experiment request = this->request();
    request.draws = example_draws(*GetParam(), 7);
    request.recipes = {wsd(6000), cosine(6000, 2e-4)};
    request.paths = 33;
    request.scheme = scheme;
    request.block = scheme == Scheme::euler ? 2 : 32;
    request.record_steps = {1000, 2000, 3000, 4000, 5000, 6000};
    const EnsembleResult result = run(request);
    expect_reference_values(request, result, 8);
  }
}

// Without noise all paths of a draw are the law.
TEST_P(Equivalence, WithoutNoiseEveryPathIsTheLaw) {
  for (const Scheme scheme : {Scheme::euler, Scheme::exact_moments}) {
    Experiment request = this->request();
    request.draws = {example_parameters(*GetParam())};
    request.noise = {};
    request.recipes = {wsd(3000), constant(2000)};
    request.record_steps = {600, 1300, 2000};
    request.paths = 33;
    request.scheme = scheme;
    request.block = scheme == Scheme::euler ? 1 : 16;
    const EnsembleResult result = run(request);
    for (std::size_t s = 0; s < request.recipes.size(); ++s) {
      const auto edges = block_edges(*request.block, request.recipes[s].total_steps(), request.record_steps);
      const BlockTable table =
          make_block_table(request.recipes[s], GetParam()->effective_lr(), kReference, kWeightDecay, edges);
      std::vector<int> after;
      for (const Step step : request.record_steps)
        after.push_back(static_cast<int>(std::lower_bound(edges.begin(), edges.end(), step) - edges.begin()));
      const auto law = GetParam()->moments(table, request.draws[0], {}, scheme, after);
      for (std::size_t r = 0; r < after.size(); ++r)
        for (std::size_t p = 0; p < 33; ++p)
          ASSERT_NEAR(result.values[s][r * 33 + p], law[r].mean, rounding_allowed(law[r].mean)) << s << r << p;
    }
  }
}

}  // namespace
}  // namespace losscast::test
