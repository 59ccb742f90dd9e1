// Runs whose weight decay changes on the way, and recipes that no model follows.
#include <gtest/gtest.h>

#include "tests/engine/requests.hpp"
#include "tests/engine/sample_moments.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

StepValues stairs(const std::vector<Step>& steps, const std::vector<double>& values) { return {steps, values}; }

Experiment small_request(const char* model, Recipe recipe) {
  Experiment request = example_request(find_model(model));
  request.recipes = {std::move(recipe)};
  request.paths = 4096;
  request.block = 1;
  return request;
}

// In blocks of one update the scheme's moments are those of the SDE, which the reference computes update by update. A
// mean may be 4 standard errors off, a variance 5, at 3 places of 2 models: a right engine would fail for 0.04% of the
// seeds. The seed is fixed: 1, the first that was tried.
TEST(ScheduledWeightDecay, AgreesWithTheReferencesMoments) {
  const Recipe recipe = {wsd(600), stairs({0, 200, 400}, {0.1, 3.0, 0.0})};
  std::vector<double> decays(600);
  recipe.weight_decay->fill(0, decays);
  for (const char* model : {"adamw"}) {
    Experiment request = small_request(model, recipe);
    request.record_steps = {200, 400, 600};
    const EnsembleResult result = run(request);
    const auto expected = reference::law(reference_of(*request.model), lrs_of(recipe), decays,
                                         reference_of(request.noise), {200, 400, 600});
    const auto constant =
        reference::law(reference_of(*request.model), lrs_of(recipe), reference_of(request.noise), {200, 400, 600});
    for (std::size_t r = 0; r < 3; ++r) {
      const auto paths = static_cast<std::size_t>(request.paths);
      const SampleMoments sample = sample_moments({&result.values[0][r * paths], paths});
      EXPECT_NEAR(sample.mean, expected[r].mean, 4 * sample.mean_error) << model << " " << r;
      EXPECT_NEAR(sample.variance, expected[r].variance, 5 * sample.variance_error) << model << " " << r;
    }
    EXPECT_GT(std::abs(expected[2].mean - constant[2].mean), 1e-2) << "the change should show";
  }
}

TEST(ScheduledWeightDecay, GivesTheSameBytesWhereItIsConstant) {
  const EnsembleResult number = run(small_request("adamw", wsd(300)));
  for (const StepValues& decay :
       {StepValues(kWeightDecay), stairs({0}, {kWeightDecay}), stairs({0, 100}, {kWeightDecay, kWeightDecay})}) {
    Experiment request = small_request("adamw", {wsd(300), decay, 1e5});
    request.weight_decay = 77;  // the recipe's own counts
    EXPECT_EQ(run(request).values, number.values);
  }
  EXPECT_NE(run(small_request("adamw", {wsd(300), 0.2})).values, number.values);
}

TEST(Run, RefusesRecipesThatNoModelFollows) {
  const Recipe decay = {wsd(300), stairs({0, 100}, {0.1, 0.0})}, batch = {wsd(300), {}, stairs({0, 100}, {1e5, 2e5})};
  const auto refused = [](const Experiment& request, const std::string& part) {
    expect_error(ExitCode::usage_or_input, {part}, [&] { run(request); });
  };
  EXPECT_NO_THROW(run(small_request("power", {wsd(300), 0.2, 1e5})));
  refused(small_request("power", decay), "model power has no weight norm");
  refused(small_request("power", batch), "batch varies");
  refused(small_request("adamw", batch), "batch varies");
}

}  // namespace
}  // namespace losscast::test
