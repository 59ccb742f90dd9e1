// The best free-form schedule beside the families, and beside what theory says of it.
#include "losscast/optimum/free_form.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "losscast/base/error.hpp"
#include "losscast/optimum/family_members.hpp"
#include "losscast/optimum/polish.hpp"
#include "tests/engine/requests.hpp"
#include "tests/model/examples.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {
namespace {

using Order = FreeFormBounds::Order;

constexpr Step kSteps = 1500;

Experiment request_of(const SdeModel& model, int draws = 3) {
  Experiment request = example_request(model);
  request.draws = example_draws(model, draws);
  return request;
}

FreeFormBounds bounds_of(Order order, Step warmup_steps) { return {kSteps, 6e-4, 6e-8, warmup_steps, order}; }

Schedule straight(const FreeFormBounds& bounds) {
  return make_schedule({{{"family", "linear"},
                         {"peak_lr", bounds.peak_lr},
                         {"warmup_steps", static_cast<double>(bounds.warmup_steps)},
                         {"total_steps", static_cast<double>(bounds.total_steps)}}});
}

class EveryFreeForm : public ::testing::TestWithParam<const SdeModel*> {};
INSTANTIATE_TEST_SUITE_P(Every, EveryFreeForm, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

// What min_lr forbids costs nothing that counts: a level of 1e-4 of the peak is worth less than 1e-7 nats.
TEST_P(EveryFreeForm, IsNoWorseThanAnyFamily) {
  const Experiment request = request_of(*GetParam());
  MeanLaw law(request, request.threads);
  const FreeFormBounds bounds = bounds_of(Order::non_increasing, 100);
  const std::vector<FamilyMember> members = best_family_members(law, request, bounds, request);
  ASSERT_EQ(members.size(), 9u);
  const FreeForm best = best_free_form(law, bounds, members.front().schedule);
  for (const FamilyMember& member : members) {
    EXPECT_LE(best.loss, member.loss + 1e-7);
    EXPECT_LE(member.schedule.peak_lr(), bounds.peak_lr);
    EXPECT_NEAR(member.loss, law.value(lrs_of(member.schedule)), 1e-12);
  }
  EXPECT_EQ(best.start_loss, members.front().loss);
  EXPECT_EQ(best.loss, law.value(best.lrs));
}

TEST_P(EveryFreeForm, KeepsItsBounds) {
  MeanLaw law(request_of(*GetParam()));
  for (const Order order : {Order::any, Order::non_increasing})
    for (const Step warmup : {0, 200}) {
      const FreeFormBounds bounds = bounds_of(order, warmup);
      const FreeForm best = best_free_form(law, bounds, straight(bounds));
      ASSERT_EQ(best.lrs.size(), static_cast<std::size_t>(kSteps));
      const std::vector<double> started = lrs_of(straight(bounds));
      for (std::size_t s = 0; s < best.lrs.size(); ++s) {
        if (s < static_cast<std::size_t>(warmup)) {
          ASSERT_NEAR(best.lrs[s], started[s], 1e-18) << s;
          continue;
        }
        ASSERT_GE(best.lrs[s], bounds.min_lr * (1 - 1e-12)) << s;
        ASSERT_LE(best.lrs[s], bounds.peak_lr) << s;
        if (order == Order::non_increasing && s > static_cast<std::size_t>(warmup)) {
          ASSERT_LE(best.lrs[s], best.lrs[s - 1] * (1 + 1e-12)) << s;
        }
      }
      EXPECT_LT(best.loss, best.start_loss);
      EXPECT_LT(best.optimality, 5e-4);
    }
}

// Where order is asked for, there is less to choose from; and no random schedule within the bounds is better by more
// than the gap allows.
TEST(FreeForm, IsTheBestWithinItsBounds) {
  MeanLaw law(request_of(find_model("adamw")));
  const FreeFormBounds free = bounds_of(Order::any, 0), ordered = bounds_of(Order::non_increasing, 0);
  const FreeForm best = best_free_form(law, free, straight(free));
  EXPECT_LE(best.loss, best_free_form(law, ordered, straight(ordered)).loss + 1e-7);
  std::mt19937 random(1);
  for (int trial = 0; trial < 50; ++trial) {
    std::vector<double> lrs = best.lrs;
    const double width = std::pow(10, -1 - trial % 4);
    const double phase = static_cast<double>(random() % 1000);
    for (std::size_t s = 0; s < lrs.size(); ++s) {
      lrs[s] *= 1 + width * std::sin(phase + static_cast<double>(s) * static_cast<double>(1 + trial) / 300);
      lrs[s] = std::clamp(lrs[s], free.min_lr, free.peak_lr);
    }
    EXPECT_GT(law.value(lrs), best.loss - best.optimality) << trial;
  }
}

// Without gradient noise there is no reason to lower the LR.
TEST(FreeForm, WithoutNoiseStaysAtTheHighest) {
  Experiment request = request_of(find_model("power"), 1);
  std::vector<double> draw = request.draws.front();
  draw[3] = 1e-9;  // B
  request.draws = {draw};
  MeanLaw law(request, request.threads);
  const FreeFormBounds bounds = bounds_of(Order::any, 0);
  for (const double lr : best_free_form(law, bounds, straight(bounds)).lrs) EXPECT_NEAR(lr, bounds.peak_lr, 1e-9);
}

TEST(FreeForm, IsTheSameBytesOnAnyNumberOfThreads) {
  Experiment request = request_of(find_model("adamw"), 10);
  const FreeFormBounds bounds = bounds_of(Order::non_increasing, 50);
  request.threads = 1;
  MeanLaw one(request, request.threads);
  request.threads = 3;
  MeanLaw three(request, request.threads);
  EXPECT_EQ(best_free_form(one, bounds, straight(bounds)).lrs, best_free_form(three, bounds, straight(bounds)).lrs);
}

// Noise that relaxes as t^-(1 + alpha), alpha = 1 - 1/b: at the optimum x falls as (1 - z)^(2b - 1) (arXiv 2602.06797,
// easy regime, at whose border s = 1 - 1/b the model is), where neither the highest LR nor the ends of the spectrum
// interfere. The power of the best polynomial, and the slope of log x over log(1 - z) in the best free form.
TEST(FreeForm, OfAPowerLawSpectrumIsAPower) {
  constexpr double kLength = 2000, kPower = 0.75;  // of the LR in x
  for (const double alpha : {0.2, 0.35}) {
    const double wanted = (1 + alpha) / (1 - alpha);
    Experiment request = request_of(find_model("spectral"), 1);
    // A clock so slow that the run is short for the slowest mode, and long for the fastest.
    constexpr double kClock = 0.15;
    request.reference.steps /= kClock;
    request.draws = {{2.0, 0.5 * std::pow(kClock, alpha), alpha, 0.05, 1e6 / kClock}};  // L0, A, alpha, B, lambda_max
    MeanLaw law(request, request.threads);
    const std::vector<Axis> axes = {range("peak_lr", Axis::Kind::log, 1e-4, 100),
                                    range("exponent", Axis::Kind::log, 0.5, 10)};
    const Polished polished = polish(
        {{{"family", std::string("polynomial")}, {"peak_lr", 1e-2}, {"exponent", 2.0}, {"total_steps", kLength}}}, axes,
        [&](const Recipe& recipe) { return law.value(lrs_of(recipe)); });
    EXPECT_NEAR(kPower * std::get<double>(polished.arguments.values.at("exponent")), wanted, 0.05);

    const Schedule start = make_schedule(polished.arguments);
    const FreeFormBounds bounds{static_cast<Step>(kLength), 3 * start.peak_lr(), 1e-9 * start.peak_lr(), 0, Order::any};
    const FreeForm best = best_free_form(law, bounds, start);
    EXPECT_LT(best.loss, polished.value);
    EXPECT_GT(best.loss, polished.value - 1e-3);
    double n = 0, x = 0, y = 0, xx = 0, xy = 0;
    for (std::size_t s = 200; s < 1800; ++s) {
      const double log_left = std::log(1 - static_cast<double>(s) / kLength), log_x = kPower * std::log(best.lrs[s]);
      n += 1;
      x += log_left;
      y += log_x;
      xx += log_left * log_left;
      xy += log_left * log_x;
    }
    EXPECT_NEAR((n * xy - x * y) / (n * xx - x * x), wanted, 0.05);
  }
}

// Fits of adamw to public runs of 25M and 100M parameters: the best linear decay of wsd in steps of 0.05 of the run,
// and the few 1e-4 nats that a free form gains over it.
TEST(FreeForm, OfPublicFitsGainsLittle) {
  struct Known {
    std::vector<double> parameters;
    double decay;
  };
  for (const Known& known : {Known{{3.0492, .1803, .617, .1266, 4916, .356, .811, 0, 0, 4}, 0.25},
                             Known{{2.7029, .2055, .5965, .1369, 5101, .2685, .878, 0, 0, 4}, 0.3}}) {
    Experiment request = request_of(find_model("adamw"), 1);
    request.reference = {3e-4, 22855.5, 0.1, 0};
    request.draws = {known.parameters};
    MeanLaw law(request, request.threads);
    const auto decaying = [](double fraction) {
      return make_schedule({{{"family", "wsd"},
                             {"peak_lr", 3e-4},
                             {"warmup_steps", 2160.0},
                             {"decay_fraction", fraction},
                             {"total_steps", 24000.0}}});
    };
    const double best_decay = law.value(lrs_of(decaying(known.decay)));
    for (int i = 1; i < 18; ++i) EXPECT_GE(law.value(lrs_of(decaying(0.05 * i))), best_decay - 1e-12) << i;
    const FreeForm best = best_free_form(law, {24000, 3e-4, 3e-8, 2160, Order::non_increasing}, decaying(known.decay));
    EXPECT_GT(best_decay - best.loss, 2.5e-4);
    EXPECT_LT(best_decay - best.loss, 7.5e-4);
    EXPECT_LT(best.optimality, 1e-4);
  }
}

TEST(FreeForm, RefusesBoundsThatMakeNoSense) {
  MeanLaw law(request_of(find_model("power"), 1));
  const FreeFormBounds good = bounds_of(Order::any, 10);
  const Schedule start = straight(good);
  const auto fails = [&](const FreeFormBounds& bounds) {
    EXPECT_THROW(best_free_form(law, bounds, start), InputError);
  };
  fails({kSteps, 0, 1e-8, 10, Order::any});
  fails({kSteps, 1e-3, 0, 10, Order::any});
  fails({kSteps, 1e-3, 2e-3, 10, Order::any});
  fails({kSteps, 1e-3, 1e-8, kSteps - 1, Order::any});
  best_free_form(law, good, start);
}

}  // namespace
}  // namespace losscast::test
