// An LR that falls off a cliff inside a block: the line that stands for it there may cross zero.
#include <gtest/gtest.h>

#include "tests/engine/requests.hpp"

namespace losscast::test {
namespace {

Schedule cliff(Step at, double ratio) {
  constexpr double kPeak = 3e-4;
  return Schedule({{.begin = 0, .end = at, .shape = Shape::constant, .from = kPeak},
                   {.begin = at, .end = 4096, .shape = Shape::constant, .from = ratio * kPeak}});
}

class Cliff : public ::testing::TestWithParam<const SdeModel*> {};
INSTANTIATE_TEST_SUITE_P(Every, Cliff, ::testing::ValuesIn(models().begin(), models().end()), model_test_name);

// Wherever in its block the LR falls, and however far, no path is lost, no variance is negative, and the end of the run
// is where single steps take it, within what blocks of that length cost in the long run.
TEST_P(Cliff, LosesNoPath) {
  constexpr Step kBlock = 256;
  Experiment request = example_request(*GetParam());
  request.paths = 64;
  for (const double ratio : {0.0, 1e-3, 0.03, 0.3})
    for (const Step offset : {1, 60, 128, 250, 255}) request.recipes.push_back(cliff(2048 + offset, ratio));
  request.block = kBlock;
  const EnsembleResult blocks = run(request);
  request.block = 1;
  const EnsembleResult steps = run(request);
  for (std::size_t s = 0; s < request.recipes.size(); ++s) {
    const Statistics &coarse = blocks.statistics[s][0], &fine = steps.statistics[s][0];
    EXPECT_EQ(coarse.status, Status::ok) << s;
    EXPECT_EQ(fine.status, Status::ok) << s;
    constexpr double kOfTheHills = 0.01;  // nats; the hills' mean at the peak is ten times that
    EXPECT_NEAR(coarse.mean, fine.mean, kOfTheHills) << s;
  }
}

}  // namespace
}  // namespace losscast::test
