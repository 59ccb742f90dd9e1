// The law in blocks of many updates, as a fit computes it, against the law update by update.
#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "bench/common/example.hpp"
#include "fit/observations.hpp"
#include "tests/fit/per_model.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

// docs/reproduce.md states the error; the purpose is less than a fifth of a logged loss's last digit (1e-4).
constexpr double kTolerance = 1.5e-5;  // nats

// A public run's length and warm-up, logged as there.
Schedule long_run(const std::string& family, std::map<std::string, Value> more) {
  more.insert({{"warmup_steps", 2160.0}, {"total_steps", 24000.0}});
  return schedule(family, std::move(more));
}
std::vector<Step> logged_steps() {
  std::vector<Step> steps;
  for (Step s = 2176; s < 24000; s += 128) steps.push_back(s);
  return steps;
}

std::vector<double> law_update_by_update(const SdeModel& model, const std::vector<double>& parameters,
                                         const Schedule& schedule, std::span<const Step> steps) {
  std::vector<Step> edges(static_cast<std::size_t>(steps.back()) + 1);
  std::iota(edges.begin(), edges.end(), Step{0});
  const BlockTable table = make_block_table(schedule, model.effective_lr(), kScales, 0.1, std::move(edges));
  const std::vector<int> after(steps.begin(), steps.end());
  std::vector<double> values(steps.size()), jacobian(steps.size() * parameters.size());
  model.skeleton(table, parameters, after, values, jacobian);
  return values;
}

class Compression : public EveryModel {};
INSTANTIATE_TEST_SUITE_P(Models, Compression, ::testing::ValuesIn(models()), model_test_name);

TEST_P(Compression, KeepsTheLaw) {
  const std::map<std::string, Schedule> schedules = {
      {"cosine", long_run("cosine", {{"final_lr", 3e-5}})},
      {"wsd", long_run("wsd", {{"decay_start", 20000.0}, {"final_lr", 3e-5}, {"shape", std::string("exponential")}})},
      {"two_stage", long_run("two-stage", {{"decay_start", 8000.0}, {"final_lr", 9e-5}})}};
  const auto parameters = bench::example_parameters(model());
  const auto steps = logged_steps();
  for (const auto& [name, schedule] : schedules) {
    const auto exact = law_update_by_update(model(), parameters, schedule, steps);
    const auto compressed = fitted_law(known_fit(model(), parameters), schedule, 0.1, steps);
    double largest = 0;  // difference
    for (std::size_t i = 0; i < steps.size(); ++i) largest = std::max(largest, std::abs(compressed[i] - exact[i]));
    EXPECT_LT(largest, kTolerance) << name;
    EXPECT_GT(largest, 0) << name << ": there is something to compress";
  }
}

// There are hardly more blocks than in a short run, and they are as exact.
TEST_P(Compression, KeepsTheLawOfALongRun) {
  const std::map<std::string, Value> long_ = {{"warmup_steps", 2000.0}, {"total_steps", 200'000.0}};
  const auto with = [&](const std::string& family, std::map<std::string, Value> more) {
    more.insert(long_.begin(), long_.end());
    return schedule(family, std::move(more));
  };
  const std::map<std::string, Schedule> schedules = {
      {"cosine", with("cosine", {{"final_lr", 3e-5}})},
      {"wsd", with("wsd", {{"decay_start", 160'000.0}, {"final_lr", 0.0}, {"shape", std::string("linear")}})},
      {"two_stage", with("two-stage", {{"decay_start", 100'017.0}, {"final_lr", 9e-5}})}};
  const auto parameters = bench::example_parameters(model());
  std::vector<Step> steps;
  for (Step s = 3000; s <= 200'000; s += 1000) steps.push_back(s);
  for (const auto& [name, schedule] : schedules) {
    const auto exact = law_update_by_update(model(), parameters, schedule, steps);
    const CompressedRun run = compress(model(), schedule, kScales, 0.1, steps);
    EXPECT_LT(run.table.blocks.size(), 2500u) << name << ", which blocks of 32 updates are 6,250 of";
    std::vector<double> values(steps.size());
    model().skeleton(run.table, parameters, run.after, values, {});
    for (std::size_t i = 0; i < steps.size(); ++i) EXPECT_NEAR(values[i], exact[i], 1e-5) << name << ", " << steps[i];
  }
}

TEST(Compress, CutsBlocksOfAtMostKFitBlockAtBordersAndSteps) {
  const SdeModel& model = find_model("power");
  const Schedule schedule = two_stage();
  const std::vector<Step> steps = {517, 6100, 11999};
  const CompressedRun run = compress(model, schedule, kScales, 0.1, steps);
  const std::vector<Step>& edges = run.table.edges;
  EXPECT_EQ(edges.front(), 0);
  EXPECT_EQ(edges.back(), steps.back()) << "nothing after the last step asked for";
  for (std::size_t b = 0; b + 1 < edges.size(); ++b) {
    EXPECT_GT(edges[b + 1], edges[b]);
    EXPECT_LE(edges[b + 1] - edges[b], kFitBlock);
  }
  for (const Step border : {Step{500}, Step{6000}})
    EXPECT_TRUE(std::binary_search(edges.begin(), edges.end(), border)) << border;
  ASSERT_EQ(run.after.size(), steps.size());
  for (std::size_t i = 0; i < steps.size(); ++i) EXPECT_EQ(edges[static_cast<std::size_t>(run.after[i])], steps[i]);
}

}  // namespace
}  // namespace losscast::test
