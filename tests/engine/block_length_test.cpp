#include "engine/block_length.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "losscast/schedule/warmup.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

TEST(BlockEdges, AreEveryMStepsAndAtTheCuts) {
  const auto edges = [](Step m, Step end, std::vector<Step> cuts) { return block_edges(m, end, cuts); };
  EXPECT_EQ(edges(4, 10, {}), (std::vector<Step>{0, 4, 8, 10}));
  EXPECT_EQ(edges(4, 8, {}), (std::vector<Step>{0, 4, 8}));
  EXPECT_EQ(edges(4, 10, {3, 8, 10}), (std::vector<Step>{0, 3, 4, 8, 10}));
  EXPECT_EQ(edges(100, 10, {}), (std::vector<Step>{0, 10}));
  EXPECT_EQ(edges(4, 10, {0, 12}), (std::vector<Step>{0, 4, 8, 10}));  // a later run's place of recording
  EXPECT_EQ(edges(1, 1, {}), (std::vector<Step>{0, 1}));
}

class BlockLength : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  Experiment request(Scheme scheme) const {
    Experiment request = example_request(*GetParam());
    request.noise.startup_shift = request.noise.river = 0;  // no block's length changes what they do
    request.recipes = {wsd(24'000), cosine(24'000), two_stage(16'000)};
    request.scheme = scheme;
    request.paths = 1;
    return request;
  }

  // The largest errors of mean and deviation along a run, in blocks of m steps against the reference's exact law.
  StepError exact_error(const Experiment& request, const Recipe& recipe, Step m) const {
    const BlockTable table = blocks_of(*GetParam(), recipe, m);
    std::vector<int> after;
    std::vector<std::size_t> steps;
    for (std::size_t b = 1; b <= table.blocks.size(); ++b) {
      if (table.edges[b] <= warmup_end(recipe.schedule)) continue;
      after.push_back(static_cast<int>(b));
      steps.push_back(static_cast<std::size_t>(table.edges[b]));
    }
    const auto actual = GetParam()->moments(table, request.draws[0], request.noise, request.scheme, after);
    const auto exact = reference::law(reference_of(*GetParam()), lrs_of(recipe), reference_of(request.noise), steps);
    StepError worst{m, 0, 0, 1};
    for (std::size_t i = 0; i < after.size(); ++i) {
      worst.mean = std::max(worst.mean, std::abs(actual[i].mean - exact[i].mean));
      worst.standard_deviation =
          std::max(worst.standard_deviation, std::abs(std::sqrt(actual[i].variance) - std::sqrt(exact[i].variance)));
    }
    return worst;
  }
};
INSTANTIATE_TEST_SUITE_P(Every, BlockLength, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

// The default block's bias is below the limit in every model and both schemes, measured against the reference.
TEST_P(BlockLength, ChosenKeepsTheBiasBelowTheLimit) {
  for (const Scheme scheme : {Scheme::exact_moments, Scheme::euler}) {
    const Experiment request = this->request(scheme);
    const StepError chosen = choose_block(request, request, request.threads);
    EXPECT_GE(chosen.block, 1);
    EXPECT_LE(chosen.block, kLongestBlock);
    EXPECT_LT(chosen.mean, kStepBiasLimit);
    EXPECT_LT(chosen.standard_deviation, kStepBiasLimit);
    EXPECT_EQ(chosen.schedules_checked, 3);
    for (const Recipe& recipe : request.recipes) {
      const StepError exact = exact_error(request, recipe, chosen.block);
      EXPECT_LT(exact.mean, kStepBiasLimit);
      EXPECT_LT(exact.standard_deviation, kStepBiasLimit);
    }
  }
}

// The longest such: twice the block is too long for half the limit, or for stability, or is beyond the longest allowed.
TEST_P(BlockLength, ChosenIsTheLongestPowerOfTwoThatDoes) {
  Experiment request = this->request(Scheme::exact_moments);
  const StepError chosen = choose_block(request, request, request.threads);
  EXPECT_EQ(chosen.block & (chosen.block - 1), 0);
  if (chosen.block == kLongestBlock) return;
  request.block = 2 * chosen.block;
  const StepError twice = choose_block(request, request, request.threads);
  EXPECT_GE(std::max(twice.mean, twice.standard_deviation), kStepBiasLimit / 2);
}

// The error that is reported is the one that there is: what the reference finds along the run, up to the places
// compared.
TEST_P(BlockLength, StepErrorIsTheDistanceToTheExactLaw) {
  for (const Step m : {16, 128}) {
    const Experiment request = this->request(Scheme::exact_moments);
    const StepError reported = step_error(request, request.scheme, request.draws[0], request.recipes[0], m);
    const StepError exact = exact_error(request, request.recipes[0], m);
    EXPECT_EQ(reported.block, m);
    EXPECT_NEAR(reported.mean, exact.mean, 0.1 * exact.mean + 1e-9) << m;
    EXPECT_NEAR(reported.standard_deviation, exact.standard_deviation, 0.1 * exact.standard_deviation + 1e-9) << m;
  }
}

TEST_P(BlockLength, OneStepOfTheExactSchemeHasNoError) {
  Experiment request = this->request(Scheme::exact_moments);
  const StepError none = step_error(request, request.scheme, request.draws[0], request.recipes[0], 1);
  EXPECT_EQ(none.mean, 0);
  EXPECT_EQ(none.standard_deviation, 0);
  request.scheme = Scheme::euler;
  EXPECT_GT(step_error(request, request.scheme, request.draws[0], request.recipes[0], 1).mean, 0);  // control
}

TEST_P(BlockLength, AskedForIsTaken) {
  Experiment request = this->request(Scheme::exact_moments);
  request.block = 7;
  EXPECT_EQ(choose_block(request, request, request.threads).block, 7);
}

// The longest stable block is named, that one is taken, one more step is not.
TEST_P(BlockLength, AnUnstableEulerBlockIsRefusedNamingTheLongestStableOne) {
  Experiment request = this->request(Scheme::euler);
  double fastest = 0;
  for (const Recipe& recipe : request.recipes)
    fastest =
        std::max(fastest, GetParam()->largest_rate_times_clock(blocks_of(*GetParam(), recipe, 1), request.draws[0]));
  const auto longest = static_cast<Step>(std::ceil(2 / fastest)) - 1;
  ASSERT_GE(longest, 1);
  request.block = longest;
  EXPECT_EQ(run(request).step_error.block, longest);  // control
  request.block = longest + 1;
  try {
    run(request);
    FAIL() << "no error";
  } catch (const InputError& error) {
    const std::string message = error.what();
    EXPECT_NE(message.find("at most " + std::to_string(longest)), std::string::npos) << message;
    EXPECT_NE(message.find(std::to_string(longest + 1) + " steps"), std::string::npos) << message;
  }
  request.scheme = Scheme::exact_moments;  // stable at any length
  EXPECT_EQ(run(request).step_error.block, longest + 1);
}

}  // namespace
}  // namespace losscast::test
