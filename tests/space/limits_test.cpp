// Limits on the risks of a candidate.
#include "losscast/space/limits.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "losscast/base/error.hpp"
#include "losscast/race/search.hpp"
#include "losscast/tails/divergence_law.hpp"
#include "tests/engine/requests.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {
namespace {

SearchSpace space() {
  return space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 1e-3, 6),
                                                  range("decay_fraction", Axis::Kind::linear, 0.05, 0.9, 5),
                                                  choice("total_steps", {1500.0})})});
}

Experiment risky_request() {
  Experiment request = example_request(find_model("adamw"));
  request.draws = example_draws(*request.model, 40, 0.03);
  request.threads = 2;
  request.spikes.jump_rate = 1e-4;
  request.spikes.critical_lr = 3e-4;
  request.spikes.jump_exponent = 2;
  request.spikes.mean_jump = 0.1;
  request.spikes.jump_decay = 1e-3;
  request.spikes.barrier_pull = 0.01;
  request.spikes.barrier_noise = 0.04;
  request.spikes.barrier_growth = 0.03;
  request.spikes.barrier_limit = 4;
  return request;
}

double spike_probability(const Spikes& spikes, const Recipe& recipe) {
  double rate = 0;
  for (const double lr : lrs_of(recipe))
    rate += spikes.jump_rate * std::pow(lr / spikes.critical_lr, spikes.jump_exponent);
  return 1 - std::exp(-rate);
}

std::vector<std::optional<Candidate>> all_of(const CandidateList& list) {
  std::vector<std::int64_t> numbers(static_cast<std::size_t>(list.size()));
  std::iota(numbers.begin(), numbers.end(), std::int64_t{0});
  return list.make(numbers);
}

// Just those candidates are left of which `probability` is at most the limit; where it is close to it, either.
template <typename Probability>
void expect_left(const Limits& limits, double limit, const Experiment& request, const Probability& probability) {
  CandidateList limited(space(), 1);
  apply_limits(limited, limits, request, request.threads);
  const auto every = all_of(CandidateList(space(), 1)), left = all_of(limited);
  int kept = 0;
  for (std::size_t i = 0; i < every.size(); ++i) {
    const double p = probability(every[i]->recipe);
    EXPECT_TRUE(left[i].has_value() == (p < limit) || std::abs(p - limit) < 1e-3 * limit) << p;
    kept += left[i] ? 1 : 0;
  }
  EXPECT_GT(kept, 0);
  EXPECT_LT(kept, 30);
}

// The expected probability is the closed form's, over every update; limits agree with it to the quadrature's rounding.
TEST(Limits, LeaveOutWhatSpikesTooOften) {
  const Experiment request = risky_request();
  for (const double limit : {0.05, 0.3})
    expect_left({.spike_probability = limit}, limit, request,
                [&](const Recipe& recipe) { return spike_probability(request.spikes, recipe); });
}

TEST(Limits, LeaveOutWhatDivergesTooOften) {
  const Experiment request = risky_request();
  const DivergenceLaw law(request);
  for (const double limit : {1e-4, 1e-2})
    expect_left({.divergence_probability = limit}, limit, request,
                [&](const Recipe& recipe) { return law.probability(recipe); });
}

// This law knows no instability beside the barrier: a search takes the highest peak that it may.
TEST(Limits, BindTheWinnerAndItsPolish) {
  Experiment request = risky_request();
  const Limits limits{.spike_probability = 0.9, .divergence_probability = 1e-3};
  CandidateList free(space(), 1), limited(space(), 1);
  apply_limits(limited, limits, request, request.threads);
  Experiment calm = request;
  calm.spikes.barrier_limit = 0;
  SearchOptions options;
  options.delta = 1e-3;
  const SearchResult all = search(free, calm, options), some = search(limited, calm, options);
  const auto peak = [&](std::int64_t number) { return free.make({&number, 1}).front()->recipe.peak_lr(); };
  EXPECT_LT(peak(some.winner), peak(all.winner));
  EXPECT_EQ(some.race.excluded > 0, true);
  const std::vector<LimitedRisk> risks =
      limited_risks(limited.make({&some.winner, 1}).front()->recipe, limits, request);
  ASSERT_EQ(risks.size(), 2u);
  EXPECT_EQ(risks[0].name, "p_spike");
  EXPECT_EQ(risks[1].name, "p_diverge");
  for (const LimitedRisk& risk : risks) EXPECT_LE(risk.probability, risk.limit);
  ASSERT_TRUE(some.polished);
  EXPECT_GT(some.polished->gain, 0);
  for (const LimitedRisk& risk : limited_risks(make_schedule(some.polished->arguments), limits, request))
    EXPECT_LE(risk.probability, risk.limit);
}

void expect_refusal(const Limits& limits, const Experiment& request, const std::string& reason) {
  CandidateList list(space(), 1);
  try {
    apply_limits(list, limits, request, request.threads);
    ADD_FAILURE() << "no error";
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find(reason), std::string::npos) << error.what();
  }
}

TEST(Limits, RefuseWhatNoCandidateMeetsAndWhatLimitsNothing) {
  const Experiment request = risky_request();
  Experiment calm = request;
  calm.spikes = {};
  expect_refusal({.spike_probability = 1e-6}, request,
                 "p_spike = 1e-06 (of 30 candidates the closest has p_spike = 0.");
  expect_refusal({.divergence_probability = 1e-30}, request, "the closest has p_diverge = ");
  expect_refusal({.spike_probability = 0.1}, calm, "there are no jumps");
  expect_refusal({.divergence_probability = 0.1}, calm, "the barrier is off");
}

}  // namespace
}  // namespace losscast::test
