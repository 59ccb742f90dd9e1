// What a request takes, predicted before it runs.
#include "losscast/engine/cost.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

Experiment request_of(int schedules, std::int64_t paths, Step steps) {
  Experiment request = example_request(find_model("adamw"));
  request.recipes.clear();
  for (int i = 0; i < schedules; ++i) request.recipes.push_back(wsd(steps + i, 3e-4));
  request.paths = paths;
  request.block = 8;
  request.backend = Backend::cpu;
  request.keep = Experiment::Keep::statistics;
  return request;
}

TEST(CountWork, IsTheWorkThatARunDoes) {
  Experiment request = request_of(5, 40, 203);
  for (const std::vector<Step>& record_steps : {std::vector<Step>{}, {30, 77, 203}}) {
    request.record_steps = record_steps;
    const EnsembleWork work = count_work(request, *request.block);
    const Performance done = run(request).performance;
    EXPECT_EQ(work.block_steps, done.block_steps);
    EXPECT_EQ(work.path_steps, done.path_steps);
  }
}

TEST(CountWork, TellsOfItBeforeTheRun) {
  Experiment request = request_of(2, 40, 200);
  std::int64_t told = 0;
  const auto before_run = [&](const EnsembleWork& work) { told = work.path_steps; };
  EXPECT_EQ(losscast::run(request, request, request, before_run).performance.path_steps, told);
}

TEST(CountWork, OfMemoryGrowsWithWhatIsKept) {
  Experiment request = request_of(100, 1000, 200);
  const std::size_t statistics = count_work(request, 8).host_bytes;
  request.keep = Experiment::Keep::values;
  const std::size_t values = count_work(request, 8).host_bytes;
  EXPECT_EQ(values - statistics, 100u * 1000u * sizeof(float));
  EXPECT_EQ(count_work(request, 8).device_bytes, 0u);
}

TEST(CountWork, OfMemoryIsBoundedHoweverManySchedules) {
  const std::size_t some = count_work(request_of(4'000, 20'000, 200), 8).host_bytes;
  const std::size_t many = count_work(request_of(20'000, 20'000, 200), 8).host_bytes;
  EXPECT_LT(many - some, 16'000u * 320u);  // 16,000 schedules' statistics, not their 1.3 GB of values
}

constexpr std::size_t kStatedLimit = 256'000'000;  // docs/reproduce.md, 6

TEST(CountWork, OfMemoryStaysWithinTheStatedLimitHoweverManyPathsOrTimes) {
  Experiment request = request_of(1, 1'000'000, 12'000);
  for (Step s = 60; s <= 12'000; s += 60) request.record_steps.push_back(s);
  request.draws = example_draws(*request.model, 4096);
  request.levers = kAutomaticLevers;
  request.threads = 64;
  EXPECT_LT(count_work(request, 16).host_bytes, kStatedLimit);
  request = request_of(1, 4096, 1'000'000);
  for (Step s = 10; s <= 1'000'000; s += 10) request.record_steps.push_back(s);
  EXPECT_LT(count_work(request, 16).host_bytes, kStatedLimit);
}

TEST(CountWork, OfMemoryStaysWithinTheStatedLimitForTenThousandSchedules) {
  Experiment request = request_of(10'000, 512, 12'000);
  request.draws = example_draws(*request.model, 4096);
  request.levers = kAutomaticLevers;
  request.keep = Experiment::Keep::samples;
  EXPECT_LT(count_work(request, 16).host_bytes, kStatedLimit / 2);
}

// The expected numbers are by hand: 10 schedules x 64 paths x 25 blocks, four schedules of a tile that share draws, and
// two threads.
TEST(EstimateCost, AddsUpWhatTheRatesSay) {
  Experiment request = request_of(1, 64, 200);
  request.recipes.assign(10, wsd(200, 3e-4));
  const EngineRates rates{.table_step = 1e-6,
                          .move = 1e-5,
                          .draw = 4e-5,
                          .value = 1e-7,
                          .threads = 2,
                          .processors = 2,
                          .schedules_of_tile = 4};
  const EngineCost cost = estimate_cost(request, 8, rates);
  EXPECT_EQ(cost.work.block_steps, 10 * 64 * 25);
  EXPECT_NEAR(cost.table_seconds, 10 * 200 * 1e-6 / 2, 1e-12);
  EXPECT_NEAR(cost.path_seconds, 10 * 64 * 25 * (1e-5 + 4e-5 / 4) / 2, 1e-12);
  EXPECT_NEAR(cost.reduction_seconds, 10 * 64 * 1e-7 / 2, 1e-12);
  EXPECT_NEAR(cost.seconds, cost.table_seconds + cost.path_seconds + cost.reduction_seconds, 1e-12);
}

TEST(MeasureRates, FindsThemAll) {
  const Experiment request = request_of(3, 1000, 400);
  const EngineRates rates = measure_rates(request, 8);
  EXPECT_GT(rates.table_step, 0);
  EXPECT_GT(rates.move, 0);
  EXPECT_GT(rates.value, 0);
  EXPECT_GE(rates.draw, 0);
  EXPECT_GT(estimate_cost(request).seconds, 0);
}

TEST(CheckMemory, RefusesWhatDoesNotFitAndSaysHowMuchItNeeds) {
  Experiment request = request_of(1, 20'000'000'000, 20'000);
  request.record_steps.clear();
  for (Step s = 1; s <= 20'000; ++s) request.record_steps.push_back(s);
  request.block = 1;
  try {
    run(request);
    FAIL() << "it ran";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("needs 12"), std::string::npos) << error.what();  // 1,200 GB
  }
}

TEST(SecondsAhead, AreMeasuredForLongWorkOnly) {
  Experiment request = request_of(10, 1'000, 200);
  EXPECT_EQ(seconds_ahead(request, request, request, count_work(request, 8)), 0);
  request.paths = 1'000'000;
  const EnsembleWork work = count_work(request, 8);
  EXPECT_GT(work.path_steps, 2'000'000'000);
  EXPECT_GT(seconds_ahead(request, request, request, work), 0.01);
}

TEST(SecondsToBegin, GrowWithTheStepsOfTheRuns) {
  EXPECT_EQ(seconds_to_begin(request_of(4, 40, 1'000), request_of(4, 40, 1'000), request_of(4, 40, 1'000)), 0);
  Experiment request = request_of(1, 40, 50'000'000);
  request.block.reset();
  EXPECT_GT(seconds_to_begin(request, request, request), 0.01);
}

}  // namespace
}  // namespace losscast::test
