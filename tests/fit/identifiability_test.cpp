// Every warning appears in its situation and not otherwise.
#include "fit/identifiability.hpp"

#include <gtest/gtest.h>

#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

const SdeModel& model() { return find_model("adamw"); }

// What every other situation departs from: curves that identify everything, at two peaks.
struct Situation {
  std::vector<Curve> curves;
  std::vector<double> prior_share;
  Fit fit;
};

Situation sound() {
  const auto truth = typical_parameters(model());
  Situation out{informative_curves(model(), truth), std::vector<double>(truth.size(), 0.1), known_fit(model(), truth)};
  out.fit.seen.peak_lr_min = 1e-4;
  out.fit.seen.peak_lr_max = kPeak;
  return out;
}

std::vector<std::string> warnings(const Situation& situation) {
  return identifiability_warnings(make_problem(situation.curves, model()), situation.fit, situation.prior_share);
}

void expect_only(const Situation& situation, const std::string& part) {
  const auto all = warnings(situation);
  ASSERT_EQ(all.size(), 1u) << (all.empty() ? "" : all.back());
  EXPECT_NE(all.front().find(part), std::string::npos) << all.front();
}

Curve run(const Schedule& schedule) { return curve_of(model(), typical_parameters(model()), "run", schedule); }

TEST(Warnings, AreNoneWhereTheCurvesIdentifyEverything) { EXPECT_TRUE(warnings(sound()).empty()); }

TEST(Warnings, OfNothingButConstantRuns) {
  Situation s = sound();
  s.curves = {run(constant()), run(schedule("constant", {{"peak_lr", 1e-4}}))};
  expect_only(s, "holds its LR constant");
}

TEST(Warnings, OfNothingButSmoothDecays) {
  Situation s = sound();
  s.curves = {run(cosine()), run(schedule("linear", {{"final_lr", 0.0}}))};
  expect_only(s, "decays smoothly");
}

TEST(Warnings, NotOfASmoothDecayBesideAConstantRunOrAShortCoolDown) {
  Situation s = sound();
  s.curves = {run(cosine()), run(constant())};
  EXPECT_TRUE(warnings(s).empty());
  s.curves = {run(cosine()), run(two_stage())};
  EXPECT_TRUE(warnings(s).empty());
  s.curves = {run(schedule("wsd", {{"decay_start", 11000.0}, {"final_lr", 0.0}}))};
  EXPECT_TRUE(warnings(s).empty());
}

TEST(Warnings, LookOnlyAtThePartOfARunThatWasLogged) {
  Situation s = sound();
  s.curves = {run(two_stage())};
  EXPECT_TRUE(warnings(s).empty());
  s.curves.front().points.resize(40);  // up to step 4400, before the LR falls
  expect_only(s, "holds its LR constant");
}

TEST(Warnings, OfOnePeak) {
  Situation s = sound();
  s.fit.seen.peak_lr_min = kPeak;
  expect_only(s, "every training run has the peak LR 3e-4");
}

TEST(Warnings, OfOneSizeAndOfSeveral) {
  Situation s = sound();
  const auto mixed = [&] { return mixed_sizes_warning(make_problem(s.curves, model()).observations); };
  for (Curve& curve : s.curves) curve.params = 1e8;
  expect_only(s, "same model size");
  EXPECT_FALSE(mixed());
  s.curves.front().params = 2.5e7;
  EXPECT_TRUE(warnings(s).empty());
  EXPECT_NE(mixed().value_or("").find("differ in model size (25000000, 100000000)"), std::string::npos);
}

TEST(Warnings, OfSeveralWeightDecays) {
  Situation s = sound();
  s.curves.front().weight_decay = 0.05;
  expect_only(s, "differ in weight decay or batch size");
  s.curves.front().recipe.weight_decay = 0.1;
  EXPECT_TRUE(warnings(s).empty());
}

TEST(Warnings, OfAWeightDecayThatChanges) {
  Situation s = sound();
  s.curves.front().recipe.weight_decay = StepValues(std::vector<Step>{0, 500}, std::vector{0.1, 0.05});
  expect_only(s, "differ in weight decay or batch size");
}

TEST(Warnings, OfSeveralBatchSizes) {
  Situation s = sound();
  for (Curve& curve : s.curves) curve.recipe.batch = 1e5;
  EXPECT_TRUE(warnings(s).empty());
  s.curves.front().recipe.batch = 2e5;
  expect_only(s, "differ in weight decay or batch size");
}

TEST(Warnings, OfBatchSizesFurtherApartThanTheLawWasHeldAgainst) {
  Situation s = sound();
  for (Curve& curve : s.curves) curve.recipe.batch = 262'144;
  s.curves.front().recipe.batch = 4'000'000;
  const std::vector<std::string> all = warnings(s);
  ASSERT_EQ(all.size(), 2u);
  EXPECT_NE(all.front().find("differ in tokens per step (262144, 4000000)"), std::string::npos) << all.front();
}

TEST(Warnings, OfWeightDecaysThatTheModelIgnores) {
  const SdeModel& power = find_model("power");
  const auto truth = typical_parameters(power);
  std::vector<Curve> curves = informative_curves(power, truth);
  curves.front().weight_decay = 0.05;
  const auto all = identifiability_warnings(make_problem(curves, power), known_fit(power, truth),
                                            std::vector<double>(truth.size(), 0.1));
  EXPECT_TRUE(std::any_of(all.begin(), all.end(), [](const std::string& one) {
    return one.find("weight decay (0.05, 0.1), which model power ignores") != std::string::npos;
  }));
}

TEST(Warnings, OfAParameterOnItsBound) {
  Situation s = sound();
  s.fit.parameters[4].at_bound = true;
  expect_only(s, "k_max = 2820 lies on its bound");
}

TEST(Warnings, OfAParameterThatComesFromItsPrior) {
  Situation s = sound();
  s.prior_share[5] = 0.65;
  EXPECT_TRUE(warnings(s).empty());
  s.prior_share[5] = 0.75;
  expect_only(s, "n0 = 0.2 comes mostly from its prior");
}

TEST(Warnings, OfSeveralParametersAreOne) {
  Situation s = sound();
  s.prior_share[4] = s.prior_share[5] = 0.75;
  expect_only(s, "of 2 parameters (k_max = 2820, n0 = 0.2) each comes mostly from its prior");
}

TEST(Warnings, ReachTheFit) {
  const auto truth = typical_parameters(model());
  std::vector<Curve> curves = informative_curves(model(), truth);
  const auto low = schedule("two-stage", {{"peak_lr", 1e-4}, {"decay_start", 6000.0}, {"final_lr", 3e-5}});
  curves.push_back(curve_of(model(), truth, "low", low));
  for (const std::string& one : fit_model(curves, model()).warnings)
    EXPECT_NE(one.find("comes mostly from its prior"), std::string::npos) << one;

  const std::vector<Curve> alone = {curve_of(model(), truth, "constant", constant(), {.noise = 6e-4})};
  const Fit fit = fit_model(alone, model());
  std::string all;
  for (const std::string& one : fit.warnings) all += one + '\n';
  for (const char* part : {"holds its LR constant", "the peak LR 3e-4", "k_max", "comes mostly from its prior"})
    EXPECT_NE(all.find(part), std::string::npos) << part << " is not in:\n" << all;
}

}  // namespace
}  // namespace losscast::test
