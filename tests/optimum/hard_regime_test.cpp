// A noisy quadratic whose signal falls more slowly than its noise (the hard regime of functional scaling laws, arXiv
// 2602.06797): stay at the largest LR, and decay late.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "losscast/model/spectral.hpp"
#include "losscast/optimum/free_form.hpp"
#include "losscast/optimum/polish.hpp"
#include "model/model_instance.hpp"
#include "tests/engine/requests.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {
namespace {

constexpr double kNoiseExponent = 0.4;  // below 1/2, so that in a linear decay the noise of its end does not count

// `spectral` with a signal u^-alpha of its own, whatever the exponent of its noise.
struct UntiedSpectrum : Spectral {
  using Dynamics = RiverHills<UntiedSpectrum>;
  template <class Real, class Rate>
  static Real signal(const Real& u, const Real& amplitude, const Real& exponent, const Rate&) {
    using std::pow;
    return amplitude * pow(u, -exponent);
  }
  template <class Real>
  static RiverHillsConstants<Real, kHills> constants(const Real* parameters) {
    Real noise[] = {parameters[kL0], parameters[kA], Real(kNoiseExponent), parameters[kB], parameters[kLambdaMax]};
    RiverHillsConstants<Real, kHills> out = Spectral::constants(static_cast<const Real*>(noise));
    out.amplitude = parameters[kA];
    out.exponent = parameters[kAlpha];
    return out;
  }
};

constexpr double kCap = 1.5e-3;  // the largest LR

Experiment request_of(const SdeModel& model, double alpha) {
  Experiment request = example_request(model);
  request.draws = {{2.0, 0.5, alpha, 0.05, 1e6}};  // L0, A, alpha, B, lambda_max
  return request;
}

// The best peak below the cap and the best share of the run for a linear decay to 0.
struct BestWsd {
  double peak_lr, decay;
};

BestWsd best_wsd(MeanLaw& law, double steps) {
  const std::vector<Axis> axes = {range("peak_lr", Axis::Kind::log, 1e-5, kCap),
                                  range("decay_fraction", Axis::Kind::log, 1e-3, 1)};
  PolishRules rules;
  rules.tolerance = 1e-11;
  const Polished best = polish(
      {{{"family", std::string("wsd")}, {"peak_lr", 0.5 * kCap}, {"decay_fraction", 0.3}, {"total_steps", steps}}},
      axes, [&](const Recipe& recipe) { return law.value(lrs_of(recipe)); }, rules);
  return {std::get<double>(best.arguments.values.at("peak_lr")),
          std::get<double>(best.arguments.values.at("decay_fraction"))};
}

// Noise that a decay of length D leaves, D^-n, against the signal that it costs, N^(-s-1) D: the best D grows as
// N^((1 + s) / (1 + n)), its share of the run falls as N^(-(n - s) / (1 + n)).
TEST(HardRegime, StaysAtTheLargestLrAndDecaysInAVanishingShareOfTheRun) {
  static const ModelInstance<UntiedSpectrum> model;
  for (const double alpha : {0.05, 0.2}) {
    MeanLaw law(request_of(model, alpha));
    const BestWsd shorter = best_wsd(law, 4000), longer = best_wsd(law, 16'000);
    EXPECT_NEAR(shorter.peak_lr / kCap, 1, 1e-3);
    EXPECT_NEAR(longer.peak_lr / kCap, 1, 1e-3);
    const double exponent = std::log(longer.decay / shorter.decay) / std::log(4.0);
    EXPECT_NEAR(exponent, -(kNoiseExponent - alpha) / (1 + kNoiseExponent), 0.05) << alpha;
  }
}

TEST(HardRegime, HoldsForFreeFormsToo) {
  static const ModelInstance<UntiedSpectrum> model;
  MeanLaw law(request_of(model, 0.05));
  constexpr Step kSteps = 2000;
  const BestWsd best = best_wsd(law, static_cast<double>(kSteps));
  const Schedule start = make_schedule({{{"family", std::string("wsd")},
                                         {"peak_lr", kCap},
                                         {"decay_fraction", best.decay},
                                         {"total_steps", static_cast<double>(kSteps)}}});
  const FreeForm free = best_free_form(law, {kSteps, kCap, 1e-7 * kCap, 0, FreeFormBounds::Order::any}, start);
  EXPECT_LE(free.loss, free.start_loss);
  const auto at_cap =
      static_cast<double>(std::count_if(free.lrs.begin(), free.lrs.end(), [](double lr) { return lr > 0.999 * kCap; }));
  EXPECT_GT(at_cap / static_cast<double>(kSteps), 1 - 2 * best.decay);
  EXPECT_TRUE(std::is_sorted(free.lrs.rbegin(), free.lrs.rend()));
}

}  // namespace
}  // namespace losscast::test
