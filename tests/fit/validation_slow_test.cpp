// Leaving public runs out (LOSSCAST_DATA): every recipe of one size, each forecast by a fit to the eight others.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "bench/common/public_curves.hpp"
#include "losscast/fit/validation.hpp"

namespace losscast::test {
namespace {

TEST(PublicValidation, ForecastsRecipesMuchMoreSharplyThanTheyDiffer) {
  const char* data = std::getenv("LOSSCAST_DATA");
  if (data == nullptr) GTEST_SKIP() << "LOSSCAST_DATA is not set: validation on public curves is not tested.";
  const auto folder = std::filesystem::path(data) / "multipowerlaw" / "100M";
  std::vector<Curve> curves;
  for (const bench::PublicCurve& one : bench::read_public_curves(folder)) curves.push_back(one.curve);
  const Validation all = validate(curves, find_model("adamw"), {.groupings = {Grouping::curve, Grouping::horizon}});
  ASSERT_EQ(all.groupings.size(), 2u);
  for (const GroupingResult& result : all.groupings) {
    const HeldOutScore& score = result.score;
    EXPECT_EQ(score.runs, curves.size());
    std::vector<double> ends;
    for (const JudgedFold& fold : result.folds)
      for (const HeldOutRun& run : fold.runs) ends.push_back(run.measured);
    const auto [lowest, highest] = std::minmax_element(ends.begin(), ends.end());
    EXPECT_LT(score.end_error, 0.05 * (*highest - *lowest)) << grouping_name(result.grouping);
    EXPECT_GT(*score.rank_correlation, 0.95) << grouping_name(result.grouping);
    EXPECT_LT(*score.regret, 0.1 * *score.blind_regret) << grouping_name(result.grouping);
  }
}

}  // namespace
}  // namespace losscast::test
