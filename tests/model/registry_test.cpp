// The list of models: that each entry is complete and makes sense, whichever models there are.
#include <gtest/gtest.h>

#include <set>

#include "losscast/base/error.hpp"
#include "losscast/model/instability.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {
namespace {

using Scale = ModelParameter::Scale;

TEST(Models, HaveNamesOfTheirOwn) {
  std::set<std::string_view> names;
  for (const SdeModel* model : models()) {
    EXPECT_TRUE(names.insert(model->name()).second) << model->name();
    EXPECT_FALSE(model->summary().empty()) << model->name();
    EXPECT_GT(model->states(), 0);
  }
  EXPECT_TRUE(names.contains("adamw"));  // the default of the program
}

TEST(Models, AreFoundByName) {
  for (const SdeModel* model : models()) EXPECT_EQ(&find_model(model->name()), model);
}

TEST(Models, AnUnknownNameIsAnsweredWithTheNearest) {
  try {
    find_model("adanw");
    FAIL() << "no error";
  } catch (const ArgumentError& error) {
    EXPECT_EQ(error.key(), "model");
    EXPECT_NE(std::string(error.what()).find("Did you mean \"adamw\""), std::string::npos) << error.what();
    EXPECT_NE(std::string(error.what()).find("list models"), std::string::npos) << error.what();
  }
}

TEST(Models, ANameLikeNoneIsAnsweredWithoutAGuess) {
  try {
    find_model("xyzzy");
    FAIL() << "no error";
  } catch (const ArgumentError& error) {
    EXPECT_EQ(std::string(error.what()).find("Did you mean"), std::string::npos) << error.what();
  }
}

class Registry : public ::testing::TestWithParam<const SdeModel*> {};
INSTANTIATE_TEST_SUITE_P(Every, Registry, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

TEST_P(Registry, ParametersHaveNamesUnitsAndMeanings) {
  std::set<std::string_view> names;
  for (const ModelParameter& parameter : GetParam()->parameters()) {
    EXPECT_TRUE(names.insert(parameter.name).second) << parameter.name;
    EXPECT_FALSE(parameter.unit.empty()) << parameter.name;
    EXPECT_FALSE(parameter.meaning.empty()) << parameter.name;
  }
}

TEST_P(Registry, StartsAndPriorsLieWithinTheBounds) {
  const TrainingRuns runs{.reference = {1e-3, 2e4, 0.1, 0}, .lowest_peak = 0.1, .initial_rms = 0.02};
  for (const ModelParameter& parameter : GetParam()->parameters_for(runs)) {
    EXPECT_FALSE(parameter.fixed) << parameter.name;
    EXPECT_LT(parameter.lower, parameter.upper) << parameter.name;
    if (parameter.scale == Scale::log) {
      EXPECT_GT(parameter.lower, 0) << parameter.name;
    }
    if (parameter.starts) {
      for (const double start : *parameter.starts) {
        EXPECT_GT(start, parameter.lower) << parameter.name;
        EXPECT_LT(start, parameter.upper) << parameter.name;
      }
    }
    if (parameter.prior) {
      EXPECT_GT(parameter.prior->standard_deviation, 0) << parameter.name;
      const double mean = parameter.scale == Scale::log ? std::exp(parameter.prior->mean) : parameter.prior->mean;
      EXPECT_GT(mean, parameter.lower) << parameter.name;
      EXPECT_LT(mean, parameter.upper) << parameter.name;
    }
  }
}

TEST_P(Registry, ParametersForSomeRunsAreTheModelsOwn) {
  const auto own = GetParam()->parameters();
  const auto for_runs = GetParam()->parameters_for({.reference = {1e-3, 2e4, 0.1, 0}, .initial_rms = {}});
  ASSERT_EQ(for_runs.size(), own.size());
  for (std::size_t p = 0; p < own.size(); ++p) {
    EXPECT_EQ(for_runs[p].name, own[p].name);
    EXPECT_EQ(for_runs[p].lower, own[p].lower);
    EXPECT_EQ(for_runs[p].upper, own[p].upper);
    EXPECT_EQ(for_runs[p].scale, own[p].scale);
  }
}

// With rates per update, the same law of a horizon ten times as long has rates ten times as high; with LRs ten times as
// high, weight decays a tenth and initial weights ten times as large, nothing changes.
TEST(AdamWParameters, AreRelativeToTheTrainingRuns) {
  const SdeModel& model = find_model("adamw");
  const TrainingRuns runs{.reference = {1e-3, 2e3, 0.1, 0}, .lowest_peak = 0.1, .initial_rms = 0.02};
  TrainingRuns longer = runs, scaled = runs;
  longer.reference.steps *= 10;
  scaled.reference.lr *= 10;
  scaled.reference.weight_decay /= 10;
  *scaled.initial_rms *= 10;
  const auto a = model.parameters_for(runs), b = model.parameters_for(longer), c = model.parameters_for(scaled);
  for (std::size_t p = 0; p < a.size(); ++p) {
    const double more = a[p].name == "k_max" ? std::log(10.0) : 0;
    if (!a[p].prior) continue;
    EXPECT_NEAR(b[p].prior->mean, a[p].prior->mean + more, 1e-12) << a[p].name;
    EXPECT_NEAR(c[p].prior->mean, a[p].prior->mean, 1e-12) << a[p].name;
  }
}

TEST(AdamWParameters, AreFixedWhereTheRunsCannotDetermineThem) {
  const SdeModel& model = find_model("adamw");
  const auto fixed = [&](double lowest_peak, std::size_t p) {
    return model.parameters_for({{1e-3, 2e3, 0.1, 0}, lowest_peak, {}})[p].fixed.has_value();
  };
  constexpr std::size_t kSaturation = 7, kSlowness = 8;
  EXPECT_TRUE(fixed(1, kSaturation) && fixed(0.7, kSaturation));
  EXPECT_FALSE(fixed(0.6, kSaturation));
  EXPECT_TRUE(fixed(0.2, kSlowness));
  EXPECT_FALSE(fixed(0.1, kSlowness));
}

// A parameter without starts is solved for: the law, but for what weight decay adds, must be linear in all of these
// together.
TEST_P(Registry, TheLawIsLinearInParametersWithoutStarts) {
  const SdeModel& model = *GetParam();
  const BlockTable table = blocks_of(model, wsd(300), 1);
  const int after[] = {30, 150, 300};
  const auto law = [&](const std::vector<double>& parameters) {
    std::vector<double> values(3), jacobian(3 * parameters.size());
    model.skeleton(table, parameters, after, values, jacobian);
    for (std::size_t i = 0; i < 3; ++i) {
      const Block<double>& block = table.blocks[static_cast<std::size_t>(after[i]) - 1];
      values[i] -= block.bias + (model.name() == "adamw" ? instability(block.peak, 1 / parameters.back()) : 0);
    }
    return values;
  };
  std::vector<double> parameters = example_parameters(model), doubled = parameters, tripled = parameters;
  for (std::size_t p = 0; p < parameters.size(); ++p)
    if (!model.parameters()[p].starts) {
      doubled[p] *= 2;
      tripled[p] *= 3;
    }
  const auto one = law(parameters), two = law(doubled), three = law(tripled);
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(two[i], 2 * one[i], 1e-12 * three[i]);
    EXPECT_NEAR(three[i], 3 * one[i], 1e-12 * three[i]);
  }
}

TEST_P(Registry, EffectiveLrAndHillsAreTheReferences) {
  const SdeModel& model = *GetParam();
  const reference::Model expected = reference_of(model);
  EXPECT_EQ(model.effective_lr().lr_power, expected.lr_power);
  EXPECT_EQ(model.effective_lr().level_power, expected.table_power);
  EXPECT_EQ(model.effective_lr().weight_norm == EffectiveLr::WeightNorm::adamw,
            expected.weight_norm == reference::Model::WeightNorm::adamw);
  const auto hills = model.hill_constants(example_parameters(model));
  ASSERT_EQ(hills.size(), expected.hills.size());
  EXPECT_EQ(model.states(), static_cast<int>(hills.size()) + 1);
  for (std::size_t j = 0; j < hills.size(); ++j) {
    EXPECT_NEAR(hills[j].rate, expected.hills[j].rate, 1e-13 * expected.hills[j].rate) << j;
    EXPECT_NEAR(hills[j].level, expected.hills[j].level, 1e-13 * expected.hills[j].level) << j;
  }
}

// "mean of all hills at the reference effective LR"
TEST_P(Registry, LevelsAddUpToB) {
  const SdeModel& model = *GetParam();
  const auto parameters = example_parameters(model);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    if (model.parameters()[p].name != "B") continue;
    double sum = 0;
    for (const Hill& hill : model.hill_constants(parameters)) sum += hill.level;
    EXPECT_NEAR(sum, parameters[p], 1e-14);
    return;
  }
  FAIL() << "no parameter B";
}

// floor, amplitude, exponent, response to the LR, limit, rates, levels: FP32 roundings of what the double-precision law
// is made of.
TEST_P(Registry, PathConstantsAreTheParametersRounded) {
  const SdeModel& model = *GetParam();
  const auto parameters = example_parameters(model);
  const auto constants = model.path_constants(parameters);
  const auto hills = model.hill_constants(parameters);
  ASSERT_EQ(constants.size(), 8 + 2 * hills.size());
  EXPECT_EQ(model.constants_size(), static_cast<int>(constants.size()));
  EXPECT_EQ(constants[0], static_cast<float>(parameters[0]));
  EXPECT_EQ(constants[2], static_cast<float>(parameters[2]));
  const bool has_norm = model.effective_lr().weight_norm != EffectiveLr::WeightNorm::none;
  EXPECT_EQ(constants[3], has_norm ? static_cast<float>(parameters[5]) : 1.0f);
  EXPECT_EQ(constants[4], has_norm ? static_cast<float>(parameters[6]) : 1.0f);
  EXPECT_EQ(constants[5], has_norm ? static_cast<float>(std::pow(parameters[7], 1.5)) : 0.0f);
  EXPECT_EQ(constants[6], has_norm ? static_cast<float>(parameters[8]) : 0.0f);
  EXPECT_EQ(constants[7], has_norm ? static_cast<float>(1 / parameters[9]) : 0.0f);
  EXPECT_EQ(model.initial_norm(parameters), has_norm ? parameters[5] : 1.0);
  for (std::size_t j = 0; j < hills.size(); ++j) {
    EXPECT_EQ(constants[8 + j], static_cast<float>(hills[j].rate));
    EXPECT_EQ(constants[8 + hills.size() + j], static_cast<float>(hills[j].level));
  }
}

TEST(PathConstants, AmplitudeCarriesTheConstantsOfTheSignalsForm) {
  const SdeModel& adamw = find_model("adamw");
  EXPECT_EQ(adamw.path_constants(example_parameters(adamw))[1], 0.8201f);
  const SdeModel& spectral = find_model("spectral");
  const auto p = example_parameters(spectral);
  const double spacing = std::log(8 * p[4] / 0.02) / 31;
  EXPECT_FLOAT_EQ(spectral.path_constants(p)[1], static_cast<float>(p[1] * spacing / std::tgamma(p[2])));
}

// What the header of `power` promises: six nodes relax like the whole mixture, 1 / (1 + C tau), within 0.009.
TEST(Power, SixNodesRelaxLikeTheWholeMixture) {
  const auto hills = find_model("power").hill_constants(std::vector<double>{0.0, 1.0, 0.5, 1.0, 1.0});
  double worst = 0;
  for (double tau = 1e-3; tau < 1e3; tau *= 1.05) {
    double relaxed = 0;
    for (const Hill& hill : hills) relaxed += hill.level * std::exp(-hill.rate * tau);
    worst = std::max(worst, std::abs(relaxed - 1 / (1 + tau)));
  }
  EXPECT_LT(worst, 0.009);
}

// The modes' sum stands for A u^-alpha where 1 / lambda_fastest << u << 1 / lambda_slowest: there the trapezoid rule in
// ln lambda is exact but for exp(-2 pi |Im| / D), and the cut tails are gamma functions.
TEST(Spectral, SignalIsAPowerLawBetweenTheSlowestAndTheFastestMode) {
  const SdeModel& model = find_model("spectral");
  const auto p = example_parameters(model);
  const double clock = 0.3;
  const double slope = model.signal_slope(p, clock);
  const double power_law = -p[2] * p[1] * std::pow(clock, -p[2] - 1);
  EXPECT_NEAR(slope / power_law, 1, 0.002);
}

}  // namespace
}  // namespace losscast::test
