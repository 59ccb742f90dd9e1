// Monte Carlo against the exact moments of every model: the mean over paths along a run of 24,000 steps, to a standard
// error of 2e-5 nats at its end.
//
// A mean may be 4 standard errors off. Over the 4 models, 2 schemes and 8 places along a run, 64 comparisons, a right
// engine would be further off somewhere for at most 64 x 6.3e-5 = 0.4% of the seeds (fewer, as neighbours move
// together); of the variances, at 5, for 0.004%. The seed is fixed: 1, the first that was tried.
#include <gtest/gtest.h>

#include <algorithm>

#include "engine/block_length.hpp"
#include "tests/engine/requests.hpp"
#include "tests/engine/sample_moments.hpp"

namespace losscast::test {
namespace {

constexpr double kMeanSigmas = 4, kVarianceSigmas = 5;
constexpr double kStandardError = 2e-5;  // nats

class MonteCarlo : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  Experiment request(Scheme scheme) const {
    Experiment request = example_request(*GetParam());
    request.recipes = {wsd(24'000)};
    for (Step s = 3'000; s <= 24'000; s += 3'000) request.record_steps.push_back(s);
    request.scheme = scheme;
    request.paths = 1;
    request.block = choose_block(request, request, request.threads).block;
    return request;
  }

  // The scheme's own exact moments on the blocks that the engine crosses.
  static std::vector<LossMoments> oracle(const Experiment& request, const std::vector<double>& parameters) {
    const auto edges = block_edges(*request.block, request.recipes[0].total_steps(), request.record_steps);
    const BlockTable table = make_block_table(request.recipes[0], request.model->effective_lr(), request.reference,
                                              request.weight_decay, edges);
    std::vector<int> after;
    for (const Step s : request.record_steps)
      after.push_back(static_cast<int>(std::lower_bound(edges.begin(), edges.end(), s) - edges.begin()));
    return request.model->moments(table, parameters, request.noise, request.scheme, after);
  }

  void expect_the_exact_moments(Scheme scheme) const {
    Experiment request = this->request(scheme);
    const auto exact = oracle(request, request.draws[0]);
    // There are as many paths as the standard error asks for, and a tenth more for its own uncertainty.
    request.paths = static_cast<std::int64_t>(1.1 * exact.back().variance / (kStandardError * kStandardError));
    ASSERT_GT(request.paths, 500);
    const EnsembleResult result = run(request);
    EXPECT_LE(result.statistics[0].back().standard_error, kStandardError);
    EXPECT_LT(result.step_error.mean, 5e-4);
    for (std::size_t r = 0; r < exact.size(); ++r) {
      const auto paths = static_cast<std::size_t>(request.paths);
      const SampleMoments sample = sample_moments({&result.values[0][r * paths], paths});
      EXPECT_NEAR(sample.mean, exact[r].mean, kMeanSigmas * sample.mean_error) << request.record_steps[r];
      EXPECT_NEAR(sample.variance, exact[r].variance, kVarianceSigmas * sample.variance_error)
          << request.record_steps[r];
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Every, MonteCarlo, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

TEST_P(MonteCarlo, AgreesWithTheExactMomentsUnderExactMoments) { expect_the_exact_moments(Scheme::exact_moments); }

TEST_P(MonteCarlo, AgreesWithTheExactMomentsUnderEuler) { expect_the_exact_moments(Scheme::euler); }

// A path has a draw of its own; each draw has as many paths. The mean over all is that over the draws' exact means,
// with the variance inside the draws alone.
TEST_P(MonteCarlo, OverDrawsAgreesWithTheAverageOfTheirExactMeans) {
  constexpr int kDraws = 64, kPathsPerDraw = 32;
  Experiment request = this->request(Scheme::exact_moments);
  request.draws = example_draws(*GetParam(), kDraws);
  request.paths = kDraws * kPathsPerDraw;
  std::vector<double> mean(request.record_steps.size(), 0.0), variance = mean;
  for (const auto& draw : request.draws) {
    const auto exact = oracle(request, draw);
    for (std::size_t r = 0; r < mean.size(); ++r) {
      mean[r] += exact[r].mean / kDraws;
      variance[r] += exact[r].variance / kDraws;
    }
  }
  const EnsembleResult result = run(request);
  for (std::size_t r = 0; r < mean.size(); ++r) {
    const double error = std::sqrt(variance[r] / static_cast<double>(request.paths));
    EXPECT_NEAR(result.statistics[0][r].mean, mean[r], kMeanSigmas * error) << request.record_steps[r];
    // Claimed from 2,048 values: to 4 standard deviations of such an estimate.
    EXPECT_NEAR(result.statistics[0][r].standard_error / error, 1, 4 / std::sqrt(2.0 * kDraws * (kPathsPerDraw - 1)));
    EXPECT_GT(result.statistics[0][r].posterior_error, error) << "the draws should be what differs";
  }
}

}  // namespace
}  // namespace losscast::test
