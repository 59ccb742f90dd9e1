// The upper tail of the final loss against its exact law: a normal calm loss, by draws, plus jumps, by their transform,
// and divergence, by the density of the barrier's mode.
#include <gtest/gtest.h>

#include "bench/common/barrier_law.hpp"
#include "losscast/tails/loss_tail.hpp"
#include "tests/engine/repeated_estimates.hpp"
#include "tests/engine/requests.hpp"
#include "tests/reference/reference_jumps.hpp"
#include "tests/tails/jumps.hpp"

namespace losscast::test {
namespace {

constexpr Step kBlock = 10;
constexpr double kOffset = 0.02;  // standard deviation of the calm loss [nats]
constexpr reference::JumpLaw::Hazard kHazard{5e-4, 3e-4, 1.5, 0.05, 5e-3};

// Nothing but the run's offset makes calm losses of one draw differ.
Experiment stormy() {
  Experiment request = example_request(find_model("power"));
  request.recipes = {two_stage(600)};
  request.block = kBlock;
  request.noise = {};
  request.noise.run_offset = static_cast<float>(kOffset);
  request.paths = 768;
  request.spikes = jumps_of(kHazard);
  return request;
}

Experiment stormy_with_barrier() {
  Experiment request = stormy();
  request.spikes.barrier_pull = 0.01;
  request.spikes.barrier_noise = 0.03;
  request.spikes.barrier_growth = 0.03;
  request.spikes.barrier_limit = 1;
  return request;
}

class ExactTail {
 public:
  explicit ExactTail(const Experiment& request)
      : jumps_(kHazard, lrs_of(request.recipes[0]), static_cast<std::size_t>(kBlock)) {
    const BlockTable table = blocks_of(*request.model, request.recipes[0], kBlock);
    const int end[] = {static_cast<int>(table.blocks.size())};
    for (const auto& draw : request.draws) {
      calm_.push_back(request.model->moments(table, draw, request.noise, request.scheme, end)[0].mean);
      diverges_.push_back(request.spikes.barrier_limit > 0
                              ? bench::divergence_by_density(
                                    request.spikes, bench::mode_blocks(request, request.recipes[0], kBlock, draw), 400)
                              : 0);
    }
  }

  double divergence() const {
    double sum = 0;
    for (const double d : diverges_) sum += d / static_cast<double>(diverges_.size());
    return sum;
  }
  double exceedance(double y) const {
    return divergence() + over_survivors(y, [&](double a) { return jumps_.exceedance(a); });
  }
  double quantile(double probability) const {
    double low = calm_[0], high = calm_[0] + 2;
    for (int i = 0; i < 30; ++i) {
      const double middle = (low + high) / 2;
      (exceedance(middle) > 1 - probability ? low : high) = middle;
    }
    return low;
  }
  double tail_mean(double y) const {
    return y + over_survivors(y, [&](double a) { return jumps_.excess(a); }) / (exceedance(y) - divergence());
  }

 private:
  // E over draws of P(survive) E f(y - C), C normal: Simpson's rule on either side of y, where f has a kink.
  template <class Function>
  double over_survivors(double y, const Function& f) const {
    double sum = 0;
    for (std::size_t d = 0; d < calm_.size(); ++d) {
      const auto density = [&](double a) {
        const double t = (y - a - calm_[d]) / kOffset;
        return std::exp(-t * t / 2) / kOffset * 0.3989422804014327;
      };
      const auto integrand = [&](double a) { return density(a) * f(a); };
      const double middle = y - calm_[d];
      const double expected = simpson(integrand, std::min(middle - 8 * kOffset, -1e-9), -1e-9) +
                              simpson(integrand, std::max(1e-9, middle - 8 * kOffset), middle + 8 * kOffset);
      sum += (1 - diverges_[d]) * expected / static_cast<double>(calm_.size());
    }
    return sum;
  }
  template <class Function>
  static double simpson(const Function& f, double from, double to) {
    constexpr int kIntervals = 200;
    const double h = (to - from) / kIntervals;
    double sum = f(from) + f(to);
    for (int i = 1; i < kIntervals; ++i) sum += (i % 2 == 0 ? 2 : 4) * f(from + i * h);
    return sum * h / 3;
  }

  reference::JumpLaw jumps_;
  std::vector<double> calm_, diverges_;  // of each draw
};

// Enough for relative errors of some 6%: the bias of a quantile and a tail mean is of the square of that.
TailEffort small_effort() { return {.particles = 2'048, .jump_samples = 16'384}; }

ValueAndError value_and_error(const TailEstimate& estimate) { return {estimate.value, estimate.standard_error}; }

struct Judgements {
  Judgement quantile, mean;
};
Judgements judge_tail(Experiment request) {
  const ExactTail exact(request);
  const double y = exact.quantile(0.999), mean = exact.tail_mean(y);
  std::vector<LossTail> found;
  const auto at = [&](std::uint64_t seed) -> const LossTail& {
    while (found.size() < seed) {
      request.seed = found.size() + 1;
      found.push_back(loss_tail(request, 0.999, small_effort())[0]);
    }
    return found[seed - 1];
  };
  return {judge(y, [&](std::uint64_t seed) { return value_and_error(at(seed).quantile); }),
          judge(mean, [&](std::uint64_t seed) { return value_and_error(at(seed).mean); })};
}

TEST(LossTail, OfJumpsIsUnbiasedAndKnowsItsError) {
  const Judgements judged = judge_tail(stormy());
  EXPECT_TRUE(judged.quantile.right()) << judged.quantile;
  EXPECT_TRUE(judged.mean.right()) << judged.mean;
}

TEST(LossTail, CountsDivergedPathsAsInfinite) {
  const Experiment request = stormy_with_barrier();
  const double diverged = ExactTail(request).divergence();
  ASSERT_GT(diverged, 1e-4);
  ASSERT_LT(diverged, 8e-4);
  const Judgements judged = judge_tail(request);
  EXPECT_TRUE(judged.quantile.right()) << judged.quantile;
  EXPECT_TRUE(judged.mean.right()) << judged.mean;
}

// Of draws that differ in their loss and in their risk, those of low loss diverge most: what exceeds y and what
// diverges are no longer independent.
Experiment draws_that_differ() {
  Experiment request = stormy_with_barrier();
  request.model = &find_model("adamw");
  request.paths = 512;
  std::vector draws(4, example_parameters(*request.model));
  for (std::size_t d = 0; d < 4; ++d) {
    draws[d][0] += 0.05 * static_cast<double>(d);
    draws[d][5] = 0.2 * std::pow(1.5, static_cast<double>(d));
  }
  request.draws = draws;
  return request;
}

Judgement judge_exceedance(Experiment request, double y, double truth) {
  return judge(truth, [&](std::uint64_t seed) {
    request.seed = seed;
    return value_and_error(exceedance(request, y, small_effort())[0]);
  });
}

TEST(Exceedance, IsUnbiasedWhereDivergenceDependsOnTheDraw) {
  const Experiment request = draws_that_differ();
  const ExactTail exact(request);
  const double y = exact.quantile(0.85);
  ASSERT_GT(exact.divergence(), 0.01);
  const Judgement judged = judge_exceedance(request, y, exact.exceedance(y));
  EXPECT_TRUE(judged.right()) << judged;
}

// What a wrong program would give; the controls are above.
TEST(LossTailCheck, CatchesAForgottenDivergence) {
  const Experiment with = stormy_with_barrier();
  Experiment without = with;
  without.spikes.barrier_limit = 0;
  const ExactTail exact(with);
  const double y = exact.quantile(0.999);
  const Judgement judged = judge_exceedance(without, y, exact.exceedance(y));
  EXPECT_FALSE(judged.right()) << judged;
}

TEST(LossTailCheck, CatchesJumpsThatAreTooLarge) {
  Experiment request = stormy();
  const ExactTail exact(request);
  const double y = exact.quantile(0.999);
  request.spikes.mean_jump *= 1.1;
  const Judgement judged = judge_exceedance(request, y, exact.exceedance(y));
  EXPECT_FALSE(judged.right()) << judged;
}

// Plain simulation by the engine, of the same request.
TEST(LossTail, AgreesWithTheEnginesPaths) {
  Experiment request = stormy_with_barrier();
  request.noise = example_noise();
  request.draws = example_draws(*request.model, 50);
  request.paths = 3'200;
  const LossTail tail = loss_tail(request, 0.99)[0];
  request.paths = 200'000;
  request.seed = 77;
  std::vector<float> values = run(request).values[0];
  double beyond = 0;
  for (const float value : values) beyond += static_cast<double>(value) > tail.quantile.value ? 1 : 0;
  const double n = static_cast<double>(values.size());
  // Of the count, and of the quantile's own error in terms of probability: reduction = p (1 - p) / error^2 per path.
  const double steps = 60.0 * request.model->states();
  const double own = 0.01 * 0.99 * steps / (tail.quantile.reduction * static_cast<double>(tail.quantile.path_steps));
  EXPECT_NEAR(beyond / n, 0.01, 5 * std::sqrt(0.01 * 0.99 / n + own));
}

TEST(LossTail, IsInfiniteWhereMorePathsDivergeThanLieBeyond) {
  const LossTail tail = loss_tail(stormy_with_barrier(), 0.9999, small_effort())[0];
  EXPECT_TRUE(std::isinf(tail.quantile.value));
  EXPECT_TRUE(std::isinf(tail.mean.value));
  EXPECT_TRUE(std::isfinite(loss_tail(stormy_with_barrier(), 0.99, small_effort())[0].mean.value));  // control
}

TEST(LossTail, TakesFewerPathStepsThanPlainSimulation) {
  const LossTail tail = loss_tail(stormy(), 0.999)[0];
  EXPECT_EQ(tail.quantile.method, TailMethod::common_late_jumps);
  EXPECT_GT(tail.quantile.reduction, 10);
  EXPECT_GT(tail.mean.reduction, 10);
}

// Where jumps are nothing rare, samples of their own law do.
TEST(LossTail, SaysWhereTheLeverDoesNotHelp) {
  Experiment request = stormy();
  request.spikes.jump_rate = 2e-2;
  const TailEstimate tail = exceedance(request, ExactTail(stormy()).quantile(0.5) - 1)[0];
  EXPECT_EQ(tail.method, TailMethod::plain);
  EXPECT_EQ(tail.value, 1);
}

// Jumps too small to matter: beyond the 99.9% quantile lie one or two of these calm losses, too few for an error.
TEST(LossTail, KnowsNoErrorOfWhatAFewCalmPathsMakeUp) {
  Experiment request = stormy();
  request.spikes.mean_jump = 1e-4;
  const LossTail few = loss_tail(request, 0.999, small_effort())[0];
  EXPECT_TRUE(std::isinf(few.quantile.standard_error));
  EXPECT_TRUE(std::isinf(few.mean.standard_error));
  EXPECT_EQ(few.quantile.reduction, 0);
  EXPECT_EQ(few.quantile.method, TailMethod::plain);
  EXPECT_LT(loss_tail(request, 0.9, small_effort())[0].quantile.standard_error, kOffset);  // control
}

// A jump in every block. Fewer samples are taken then, of more jumps each, and the result stays what it is.
TEST(LossTail, OfJumpsInEveryBlockTakesABoundedEffort) {
  Experiment request = stormy();
  request.spikes.jump_rate = 1;
  TailEffort effort = {.particles = 2'048, .jump_samples = 65'536};
  const LossTail all = loss_tail(request, 0.9, effort)[0];
  effort.jump_updates = 200'000;
  const LossTail few = loss_tail(request, 0.9, effort)[0];
  const std::int64_t calm = request.paths * (request.recipes[0].total_steps() / kBlock) * request.model->states();
  constexpr std::int64_t kPilots = 3 * 4'096 * 61;
  EXPECT_GT(all.quantile.path_steps, calm + 65'536 * 50);
  EXPECT_LT(few.quantile.path_steps, calm + kPilots + effort.jump_updates * 5 / 4);
  EXPECT_GT(few.quantile.standard_error, all.quantile.standard_error);
  const auto near = [](const TailEstimate& a, const TailEstimate& b) {
    EXPECT_NEAR(a.value, b.value, 6 * std::hypot(a.standard_error, b.standard_error));
  };
  near(few.quantile, all.quantile);
  near(few.mean, all.mean);
}

}  // namespace
}  // namespace losscast::test
