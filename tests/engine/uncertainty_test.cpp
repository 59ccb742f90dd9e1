// Where the width of the bands comes from: switching draws or noise off narrows them, as much as variances say.
#include <gtest/gtest.h>

#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

class Uncertainty : public ::testing::TestWithParam<const SdeModel*> {
 protected:
  enum class Source { on, off };
  Statistics statistics(Source draws, Source noise) const {
    Experiment request = example_request(*GetParam());
    request.recipes = {wsd(6'000)};
    request.paths = 4'096;
    request.block = 32;
    if (draws == Source::on) request.draws = example_draws(*GetParam(), 512, 6e-4);
    if (noise == Source::off) request.noise = {};
    return run(request).statistics[0][0];
  }
  static double width(const Statistics& statistics) { return statistics.q95 - statistics.q05; }
};
INSTANTIATE_TEST_SUITE_P(Every, Uncertainty, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

TEST_P(Uncertainty, BandsNarrowWithoutDrawsAndWithoutNoise) {
  const Statistics all = statistics(Source::on, Source::on), noise = statistics(Source::off, Source::on);
  const Statistics draws = statistics(Source::on, Source::off), none = statistics(Source::off, Source::off);
  EXPECT_EQ(width(none), 0);
  EXPECT_EQ(none.standard_deviation, 0);
  EXPECT_GT(width(noise), 0);
  EXPECT_GT(width(draws), 0);
  EXPECT_GT(width(all), width(noise));
  EXPECT_GT(width(all), width(draws));
  // The two are independent: variances add up, to the 2.2% (one standard deviation, 4,096 paths) of each; 4 of them.
  const double sum =
      noise.standard_deviation * noise.standard_deviation + draws.standard_deviation * draws.standard_deviation;
  EXPECT_NEAR(all.standard_deviation * all.standard_deviation / sum, 1, 4 * 0.032);
}

// Each source of noise alone widens the band.
TEST_P(Uncertainty, EachSourceOfNoiseWidensTheBand) {
  const auto deviation = [&](PathNoise noise) {
    Experiment request = example_request(*GetParam());
    request.recipes = {wsd(2'000)};
    request.paths = 256;
    request.block = 16;
    request.noise = noise;
    return run(request).statistics[0][0].standard_deviation;
  };
  EXPECT_EQ(deviation({}), 0);
  PathNoise river, hills, startup, offset, observation;
  river.river = 0.01f;
  hills.four_over_d = 4.0f / 3650;
  startup.startup_shift = 0.02f;
  offset.run_offset = 1e-3f;
  observation.observation = 1e-3f;
  for (const PathNoise& noise : {river, hills, startup, offset, observation}) EXPECT_GT(deviation(noise), 1e-5);
  // The sizes of these two are stated in nats. One standard deviation of their estimates from 256 values is 4.4%.
  EXPECT_NEAR(deviation(offset), 1e-3, 4 * 0.044 * 1e-3);
  EXPECT_NEAR(deviation(observation), 1e-3, 4 * 0.044 * 1e-3);
}

}  // namespace
}  // namespace losscast::test
