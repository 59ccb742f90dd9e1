// Means given a draw, against the law that they are the values of.
#include "losscast/precision/conditional_means.hpp"

#include <gtest/gtest.h>

#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

constexpr int kBlocks = 12;

std::vector<Recipe> recipes() { return {wsd(900), cosine(500), constant(40, 1e-4), two_stage(700), wsd(300)}; }

std::vector<float> means(const Experiment& request, std::int64_t first, std::int64_t count) {
  ConditionalMeans conditional(request, request);
  std::vector<float> out(recipes().size() * static_cast<std::size_t>(count));
  conditional.evaluate(recipes(), kBlocks, first, count, out);
  return out;
}

class ConditionalMeansOf : public ::testing::TestWithParam<const SdeModel*> {};
INSTANTIATE_TEST_SUITE_P(Models, ConditionalMeansOf, ::testing::ValuesIn(models().begin(), models().end()),
                         model_test_name);

// The bound of FP32 rounding that holds for every path.
TEST_P(ConditionalMeansOf, EqualTheNoiseFreeLawInTheSameBlocks) {
  const SdeModel& model = *GetParam();
  Experiment request = example_request(model);
  request.draws = example_draws(model, 19);
  const std::vector<float> values = means(request, 3, 10);
  std::size_t at = 0;
  for (const Recipe& recipe : recipes()) {
    const BlockTable table = make_coarse_table(recipe, model.effective_lr(), kReference, kWeightDecay, kBlocks);
    const int last[] = {static_cast<int>(table.blocks.size())};
    for (std::size_t d = 3; d < 13; ++d) {
      std::vector<double> law(1), jacobian(model.parameters().size());
      model.skeleton(table, request.draws[d], last, law, jacobian);
      EXPECT_NEAR(static_cast<double>(values[at++]), law[0], 1e-5) << recipe.total_steps() << " draw " << d;
    }
  }
}

TEST(ConditionalMeans, DependNeitherOnThreadsNorOnWhatElseIsAsked) {
  Experiment request = example_request(find_model("adamw"));
  request.draws = example_draws(*request.model, 40);
  const std::vector<float> all = means(request, 0, 40);
  request.threads = 3;
  EXPECT_EQ(means(request, 0, 40), all);
  const std::vector<float> some = means(request, 17, 5);
  for (std::size_t s = 0; s < recipes().size(); ++s)
    for (std::size_t d = 0; d < 5; ++d) EXPECT_EQ(some[s * 5 + d], all[s * 40 + 17 + d]);
}

TEST(ConditionalMeans, CountWhatTheyTake) {
  Experiment request = example_request(find_model("adamw"));
  ConditionalMeans conditional(request, request);
  std::vector<float> out(1);
  const std::vector<Recipe> one = {constant(1000)};
  conditional.evaluate(one, kBlocks, 0, 1, out);
  EXPECT_EQ(conditional.performance().block_steps, kBlocks);
  EXPECT_EQ(conditional.performance().path_steps, kBlocks * request.model->states());
  EXPECT_EQ(conditional.performance().backend, "cpu");
}

}  // namespace
}  // namespace losscast::test
