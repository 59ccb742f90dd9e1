// Records that are taken some at a time, beside all in one go.
#include "engine/window_paths.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "engine/twins.hpp"
#include "engine/worker.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

constexpr int kPaths = 37;  // as many as draws: two whole tiles and a part of one
const std::vector<Step> kRecordSteps = {10, 11, 40, 64, 65, 150, 199, 240, 300};

// A worker that cannot go on with paths, as on a GPU.
class Forgetful final : public EnsembleWorker {
 public:
  explicit Forgetful(EnsembleWorker& worker) : worker_(worker) {}
  std::byte* tables(std::size_t bytes) override { return worker_.tables(bytes); }
  float* values(std::size_t count) override { return worker_.values(count); }
  void run(const EnsembleArguments& arguments) override { worker_.run(arguments); }
  void sort(std::size_t segments, std::size_t length, float largest) override {
    worker_.sort(segments, length, largest);
  }

 private:
  EnsembleWorker& worker_;
};

class Problem {
 public:
  explicit Problem(const SdeModel& model, const Spikes& spikes) : sde_(example_request(model)) {
    sde_.spikes = spikes;
    sde_.draws = example_draws(model, kPaths);
    constants_ = make_constants(sde_, sde_.draws.size());
    workers_ = make_workers(sde_, Scheme::exact_moments, choose_processor({Backend::cpu, MathMode::reproducible, 2}));
  }

  EnsembleWorker& worker() { return *workers_.front(); }

  WindowPaths paths(EnsembleWorker& worker) const {
    const PathRange range{kPaths, 6, 3, Pairing::antithetic};
    return WindowPaths(sde_, sde_, constants_, {make_grid(8, 300, kRecordSteps), recipes(), range}, 2, worker);
  }

  WindowPaths noise_free_paths() {
    const PathRange draws{.paths = kPaths};
    return WindowPaths(sde_, without_noise(sde_), constants_, {make_grid(8, 300, kRecordSteps), recipes(), draws}, 2,
                       worker());
  }

  std::vector<float> twins() {
    return simulate_twins(sde_, make_grid(8, 300, kRecordSteps), recipes(), constants_, 2, worker()).values;
  }

  // [schedule][record][path], from so many records at a time.
  std::vector<float> values(std::size_t at_once, WindowPaths& paths) const {
    const auto length = static_cast<std::size_t>(kPaths);
    std::vector<float> out(recipes_.size() * kRecordSteps.size() * length);
    for (std::size_t first = 0; first < kRecordSteps.size(); first += at_once) {
      const std::size_t count = std::min(at_once, kRecordSteps.size() - first);
      const std::span<const float> part = paths.next(count);
      EXPECT_EQ(part.size(), recipes_.size() * count * length);
      for (std::size_t s = 0; s < recipes_.size(); ++s)
        std::copy_n(part.begin() + static_cast<std::ptrdiff_t>(s * count * length), count * length,
                    out.begin() + static_cast<std::ptrdiff_t>((s * kRecordSteps.size() + first) * length));
    }
    return out;
  }

 private:
  RecipeChoice recipes() const { return {recipes_, numbers_}; }

  LossSde sde_;
  std::vector<Recipe> recipes_ = {wsd(60), wsd(200), wsd(300)};  // two of them end before the last records
  std::vector<std::size_t> numbers_ = {0, 1, 2};
  DrawConstants constants_;
  Workers workers_;
};

class Windows : public ::testing::TestWithParam<const SdeModel*> {};
INSTANTIATE_TEST_SUITE_P(Every, Windows, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

void expect_same_in_windows(const SdeModel& model, const Spikes& spikes) {
  Problem problem(model, spikes);
  Forgetful forgetful(problem.worker());
  WindowPaths whole = problem.paths(problem.worker());
  const std::vector<float> expected = problem.values(kRecordSteps.size(), whole);
  EXPECT_EQ(whole.block_steps(), whole.whole_block_steps());
  for (const std::size_t at_once : {1u, 2u, 4u}) {
    WindowPaths going_on = problem.paths(problem.worker()), starting_anew = problem.paths(forgetful);
    EXPECT_EQ(problem.values(at_once, going_on), expected) << at_once;
    EXPECT_EQ(problem.values(at_once, starting_anew), expected) << at_once;
    EXPECT_EQ(going_on.block_steps(), whole.block_steps());
    EXPECT_GT(starting_anew.block_steps(), whole.block_steps());
  }
}

TEST_P(Windows, OfRecordsGiveTheValuesOfAll) { expect_same_in_windows(*GetParam(), {}); }

Spikes example_spikes() {
  Spikes spikes;
  spikes.jump_rate = 0.01;
  spikes.critical_lr = 3e-4;
  spikes.mean_jump = 0.1;
  spikes.jump_decay = 0.01;
  return spikes;
}

TEST(WindowsWithSpikes, GiveTheValuesOfAll) { expect_same_in_windows(find_model("adamw"), example_spikes()); }

// The worker reads the tables of a law with spikes, also where paths are moved without.
TEST(WindowsWithSpikes, OfNoiseFreePathsAreTheTwins) {
  Problem problem(find_model("adamw"), example_spikes());
  WindowPaths paths = problem.noise_free_paths();
  EXPECT_EQ(problem.values(2, paths), problem.twins());
}

}  // namespace
}  // namespace losscast::test
