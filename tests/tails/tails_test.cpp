// Requests for tails as a whole: the same bits always, one schedule apart from another, and bad input.
#include "losscast/tails/divergence.hpp"
#include "losscast/tails/loss_tail.hpp"
#include "losscast/tails/spike_probability.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

Experiment request() {
  Experiment request = example_request(find_model("adamw"));
  request.draws = example_draws(*request.model, 40);
  request.recipes = {wsd(600), cosine(600), two_stage(400)};
  request.block = 10;
  request.paths = 80;
  request.spikes.jump_rate = 5e-4;
  request.spikes.critical_lr = 3e-4;
  request.spikes.mean_jump = 0.1;
  request.spikes.jump_decay = 5e-3;
  request.spikes.barrier_pull = 0.05;
  request.spikes.barrier_noise = 0.03;
  request.spikes.barrier_limit = 1;
  return request;
}

TailEffort small_effort() { return {.particles = 2'048, .jump_samples = 2'048}; }

std::vector<double> everything(const Experiment& request) {
  std::vector<double> out = spike_probability(request);
  const auto add = [&](const TailEstimate& one) {
    out.insert(out.end(), {one.value, one.standard_error, static_cast<double>(one.path_steps), one.reduction});
  };
  for (const Divergence& one : divergence(request, small_effort())) add(one.probability);
  for (const TailEstimate& one : exceedance(request, 3.5, small_effort())) add(one);
  for (const LossTail& one : loss_tail(request, 0.99, small_effort())) {
    add(one.quantile);
    add(one.mean);
  }
  return out;
}

TEST(Tails, AreTheSameBitsOnAnyNumberOfThreads) {
  Experiment one = request();
  const std::vector<double> expected = everything(one);
  for (const int threads : {2, 5}) {
    one.threads = threads;
    EXPECT_EQ(everything(one), expected) << threads;
  }
  one.seed = 2;  // control
  EXPECT_NE(everything(one), expected);
}

TEST(Tails, OfAScheduleDoNotDependOnTheOthers) {
  Experiment all = request(), last = request();
  last.recipes = {all.recipes[2]};
  EXPECT_EQ(divergence(all, small_effort())[2].probability.value,
            divergence(last, small_effort())[0].probability.value);
  EXPECT_EQ(loss_tail(all, 0.99, small_effort())[2].quantile.value,
            loss_tail(last, 0.99, small_effort())[0].quantile.value);
  EXPECT_EQ(spike_probability(all)[2], spike_probability(last)[0]);
}

TEST(Tails, DoNotDependOnWhatIsRecordedOrKept) {
  Experiment other = request();
  other.record_steps = {123, 400};
  other.keep = Experiment::Keep::statistics;
  EXPECT_EQ(everything(other), everything(request()));
}

template <class Call>
std::string complaint(const Call& call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "";
}

TEST(Tails, NameWhatIsWrongWithARequest) {
  const Experiment right = request();
  EXPECT_EQ(complaint([&] { everything(right); }), "");  // control

  Experiment calm = right;
  calm.spikes = {};
  EXPECT_EQ(complaint([&] { divergence(calm); }),
            "no path can diverge (the barrier is off: its limit is 0). Give the request's spikes a barrier_limit.");
  const std::string no_jump =
      "no jump can happen (their rate or their mean size is 0). Give the request's spikes a jump_rate and a mean_jump.";
  EXPECT_EQ(complaint([&] { spike_probability(calm); }), no_jump);
  EXPECT_EQ(complaint([&] { exceedance(calm, 3); }), no_jump);
  EXPECT_EQ(complaint([&] { loss_tail(calm, 0.99); }), no_jump);

  for (const double probability : {0.0, 1.0, -0.1, 1.5, std::nan("")})
    EXPECT_NE(complaint([&] { loss_tail(right, probability); }).find("(probabilities lie between 0 and 1)"),
              std::string::npos)
        << probability;

  Experiment few = right;
  few.paths = 63;
  EXPECT_EQ(complaint([&] { loss_tail(few, 0.99); }),
            "63 paths are too few (an error needs 2 in each of 32 replicates). Give 64 or more.");
  few.paths = 64;
  EXPECT_EQ(complaint([&] { loss_tail(few, 0.99, small_effort()); }), "");
  few.draws = std::vector(3, few.draws.front());
  EXPECT_EQ(complaint([&] { loss_tail(few, 0.99); }),
            "64 paths are too few (an error needs 3 in each of 32 replicates). Give 96 or more.");

  EXPECT_EQ(complaint([&] { divergence(right, {.particles = 1'023, .jump_samples = 2'048}); }),
            "1023 particles are too few (an error needs 32 in each of 32 replicates). Give 1024 or more.");
  EXPECT_EQ(complaint([&] { loss_tail(right, 0.99, {.particles = 2'048, .jump_samples = 1'023}); }),
            "1023 samples of the jumps are too few (an error needs 32 in each of 32 replicates). Give 1024 or more.");
  Experiment empty = right;
  empty.recipes.clear();
  EXPECT_NE(complaint([&] { divergence(empty); }).find("there is no schedule"), std::string::npos);
}

}  // namespace
}  // namespace losscast::test
