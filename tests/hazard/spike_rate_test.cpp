#include "losscast/hazard/spike_rate.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "losscast/base/error.hpp"

namespace losscast {
namespace {

using Known = RateEvidence::Known;

RateEvidence whether(double strain, double steps, bool spiked) {
  return {.strained = {{strain, steps}}, .strains_of_spikes = {}, .known = spiked ? Known::some : Known::none};
}

RateEvidence counted(double strain, double steps, std::size_t spikes) {
  return {.strained = {{strain, steps}}, .strains_of_spikes = std::vector<double>(spikes, strain)};
}

// With many spikes the posterior is about the rates that the counts give: 20 and 320 in 10,000 steps, a factor of 16 at
// twice the strain.
TEST(SpikeRate, FollowsCounts) {
  const std::vector<RateEvidence> runs = {counted(1, 1e4, 20), counted(2, 1e4, 320)};
  const SpikeRate rate(runs);
  EXPECT_NEAR(rate.reference(), std::sqrt(2.0), 1e-12);
  EXPECT_NEAR(rate.exponent(), 4, 2 * rate.exponent_deviation());
  EXPECT_NEAR(rate.exponent_deviation(), std::sqrt(1 / 20.0 + 1 / 320.0) / std::log(2.0), 0.05);
  EXPECT_NEAR(rate.expected_spikes(std::vector<StrainedSteps>{{1, 1e4}}), 20, 5);
  EXPECT_NEAR(rate.expected_spikes(std::vector<StrainedSteps>{{2, 1e4}}), 320, 20);
}

// One strain and counts: the rate's posterior is nearly a gamma law, whatever the exponent.
TEST(SpikeRate, OfOneStrainIsAGammaLaw) {
  const std::vector<RateEvidence> runs = {counted(3, 500, 9), counted(3, 500, 7)};
  const SpikeRate rate(runs);
  EXPECT_NEAR(rate.expected_spikes(std::vector<StrainedSteps>{{3, 1000}}), 16, 0.3);
  EXPECT_NEAR(rate.log_rate_deviation(), 1 / std::sqrt(16.0), 0.02);
  EXPECT_NEAR(rate.exponent(), 6.15, 0.01);  // of the prior, cut off below 0 and above 16
}

TEST(SpikeRate, OfManySmallPartsIsThatOfTheWhole) {
  const std::vector<RateEvidence> runs = {counted(1, 1e4, 3), counted(2, 1e4, 30)};
  const SpikeRate rate(runs);
  const std::vector<StrainedSteps> whole = {{1.5, 300}}, parts(3, {1.5, 100});
  EXPECT_NEAR(rate.probability(whole), rate.probability(parts), 1e-12);
  EXPECT_LT(rate.probability(whole), rate.expected_spikes(whole));
}

// arXiv 2312.16903: at 5e-4 the vanilla and detached models of 350M and 1.7B spiked, the others did not. Strain: the LR
// times the first layer's bound. What follows for 13B, which was not looked at: 3e-4 is too much for vanilla embeddings
// and not for scaled ones, 1e-4 is rather not. Two numbers are fitted, with the priors of SpikeRate.
TEST(SpikeRate, ForetellsThePublishedLargeModelsFromTheSmallerOnes) {
  constexpr double kSteps = 50'000;
  std::vector<RateEvidence> runs;
  for (const double bound : {27.3, 40.4, 27.3, 40.4}) runs.push_back(whether(5e-4 * bound, kSteps, true));
  for (const double bound : {1.82, 1.82, 1.52, 1.52}) runs.push_back(whether(5e-4 * bound, kSteps, false));
  const SpikeRate rate(runs);
  const auto probability = [&](double lr, double bound) {
    return rate.probability(std::vector<StrainedSteps>{{lr * bound, kSteps}});
  };
  EXPECT_GT(probability(3e-4, 46.5), 0.9);
  EXPECT_LT(probability(3e-4, 1.64), 0.01);
  EXPECT_LT(probability(1e-4, 46.5), 0.5);
  EXPECT_LT(probability(1e-4, 1.64), 0.001);
}

TEST(SpikeRate, NeedsRunsThatDifferOrACount) {
  const auto refusal = [](const std::vector<RateEvidence>& runs) -> std::string {
    try {
      const SpikeRate rate(runs);
    } catch (const InputError& error) {
      return error.what();
    }
    return "";
  };
  EXPECT_NE(refusal({whether(1, 100, false), counted(2, 100, 0)}).find("no run spiked"), std::string::npos);
  EXPECT_NE(refusal({whether(1, 100, true), whether(2, 100, true)}).find("all runs spiked"), std::string::npos);
  EXPECT_EQ(refusal({counted(1, 100, 3)}), "");
}

}  // namespace
}  // namespace losscast
