// What a request gives back, and which requests are refused.
#include "losscast/engine/ensemble.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "kernels/ensemble.hpp"
#include "losscast/base/error.hpp"
#include "losscast/engine/summarise.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

Experiment small_request() {
  Experiment request = example_request(find_model("adamw"));
  request.recipes = {wsd(200), cosine(120)};
  request.paths = 40;
  request.block = 8;
  return request;
}

template <class Wrong>
void expect_refused(const Wrong& wrong, const std::string& part) {
  Experiment request = small_request();
  EXPECT_NO_THROW(run(request));  // control
  wrong(request);
  try {
    run(request);
    FAIL() << "no error that says: " << part;
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find(part), std::string::npos) << error.what();
  }
}

TEST(Run, RefusesARequestWithoutSchedules) {
  expect_refused([](Experiment& r) { r.recipes.clear(); }, "no schedule");
}
TEST(Run, RefusesARequestWithoutPaths) {
  expect_refused([](Experiment& r) { r.paths = 0; }, "no paths");
  expect_refused([](Experiment& r) { r.paths = -1; }, "no paths");
}
TEST(Run, RefusesARequestWithoutDraws) {
  expect_refused([](Experiment& r) { r.draws = {}; }, "no parameter draw");
}
TEST(Run, RefusesABlockWithoutSteps) {
  expect_refused([](Experiment& r) { r.block = 0; }, "block of 0 steps");
}
TEST(Run, RefusesRecordStepsOutsideTheRun) {
  expect_refused([](Experiment& r) { r.record_steps = {0, 50}; }, "step 0");
  expect_refused([](Experiment& r) { r.record_steps = {50, 121}; }, "step 121");  // of the shorter of the two
}
TEST(Run, RefusesRecordStepsThatDoNotAscend) {
  expect_refused([](Experiment& r) { r.record_steps = {60, 50}; }, "ascend");
  expect_refused([](Experiment& r) { r.record_steps = {50, 50}; }, "ascend");
}

TEST(Run, WithoutAGpuRefusesTheCudaBackend) {
  if (cuda_devices().count > 0) GTEST_SKIP() << "SKIPPED: this machine has a GPU";
  Experiment request = small_request();
  request.backend = Backend::cuda;
  EXPECT_THROW(run(request), DeviceError);
  request.backend = Backend::automatic;
  EXPECT_EQ(run(request).performance.backend, "cpu");
}

TEST(Run, RecordsTheEndOfEachScheduleByDefault) {
  const EnsembleResult result = run(small_request());
  ASSERT_EQ(result.statistics.size(), 2u);
  EXPECT_EQ(result.record_steps, (std::vector<std::vector<Step>>{{200}, {120}}));
  for (std::size_t s = 0; s < 2; ++s) {
    ASSERT_EQ(result.statistics[s].size(), 1u);
    ASSERT_EQ(result.values[s].size(), 40u);
    std::vector<float> values = result.values[s];
    EXPECT_EQ(result.statistics[s][0].mean, summarise(values).mean);
  }
}

TEST(Run, RecordsTheStepsAskedFor) {
  Experiment request = small_request();
  request.record_steps = {1, 50, 120};
  const EnsembleResult result = run(request);
  EXPECT_EQ(result.record_steps[1], request.record_steps);
  ASSERT_EQ(result.values[0].size(), 3 * 40u);
  // Layout [record][path]: the statistics of a record are those of its 40 values.
  for (std::size_t r = 0; r < 3; ++r) {
    std::vector<float> values(result.values[0].begin() + static_cast<std::ptrdiff_t>(40 * r),
                              result.values[0].begin() + static_cast<std::ptrdiff_t>(40 * (r + 1)));
    EXPECT_EQ(result.statistics[0][r].q50, summarise(values).q50) << r;
  }
}

// Cutting a block changes the increments, not what is recorded at other places before it.
TEST(Run, RecordingOnBlockEdgesChangesNothing) {
  Experiment request = small_request();
  request.record_steps = {120};
  const auto once = run(request).values;
  request.record_steps = {16, 64, 120};
  const auto often = run(request).values;
  for (std::size_t s = 0; s < 2; ++s)
    EXPECT_TRUE(std::equal(once[s].begin(), once[s].end(), often[s].begin() + 2 * 40)) << s;
}

TEST(Run, KeepsValuesOnlyIfAsked) {
  Experiment request = small_request();
  request.keep = Experiment::Keep::statistics;
  const EnsembleResult result = run(request);
  EXPECT_TRUE(result.values.empty());
  EXPECT_EQ(result.statistics[0][0].mean, run(small_request()).statistics[0][0].mean);
}

// 200 steps are 25 blocks of 8, 120 are 15; a path has nine states.
TEST(Run, CountsExecutedUpdates) {
  const EnsembleResult result = run(small_request());
  EXPECT_EQ(result.performance.block_steps, 40 * (25 + 15));
  EXPECT_EQ(result.performance.path_steps, 40 * (25 + 15) * 9);
  EXPECT_GT(result.performance.engine_seconds, 0);
  EXPECT_EQ(result.performance.backend, "cpu");
  EXPECT_EQ(result.step_error.block, 8);
}

// Paths share parameters, starts and increments under all schedules: equal schedules have equal values.
TEST(Run, GivesAllSchedulesTheSameRandomNumbers) {
  Experiment request = small_request();
  request.recipes = {wsd(200), wsd(200)};
  const EnsembleResult result = run(request);
  EXPECT_EQ(result.values[0], result.values[1]);
  EXPECT_NE(result.values[0][0], result.values[0][1]);
  request.seed = 2;
  EXPECT_NE(run(request).values[0], result.values[0]);
}

TEST(Run, PathsTakeDrawsInTurn) {
  Experiment request = small_request();
  request.noise = {};
  request.draws = example_draws(*request.model, 3);
  const auto values = run(request).values[0];
  for (std::size_t p = 3; p < values.size(); ++p) EXPECT_EQ(values[p], values[p - 3]) << p;
  EXPECT_NE(values[0], values[1]);
  EXPECT_NE(values[1], values[2]);
}

TEST(Run, AnswersManySchedulesInTheirOrder) {
  Experiment request = small_request();
  request.recipes.clear();
  for (int i = 0; i < 23; ++i) request.recipes.push_back(wsd(40 + 13 * ((i * 7) % 23)));
  const EnsembleResult all = run(request);
  for (std::size_t s = 0; s < request.recipes.size(); ++s) {
    EXPECT_EQ(all.record_steps[s][0], request.recipes[s].total_steps());
    Experiment one = request;
    one.recipes = {request.recipes[s]};
    EXPECT_EQ(run(one).values[0], all.values[s]) << s;
  }
}

}  // namespace
}  // namespace losscast::test
