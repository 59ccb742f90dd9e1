// Junk in the training curves: a fit is that of the rows that are no junk, and says which are.
#include <gtest/gtest.h>

#include "bench/common/junk.hpp"
#include "losscast/fit/doubts.hpp"
#include "losscast/fit/fit_model.hpp"
#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

using bench::Junk;

constexpr double kNoise = 1e-3;

const SdeModel& model() { return find_model("adamw"); }

std::vector<Curve> clean() { return informative_curves(model(), typical_parameters(model()), {.noise = kNoise}); }

double end_of_wsd(const Fit& fit) { return fitted_law(fit, wsd(), 0.1, std::vector<Step>{kSteps}).front(); }

// With junk of a kind in each of the curves, and without these rows.
struct Pair {
  std::vector<Curve> junked = clean(), oracle = clean();
};

Pair with_junk(Junk junk, double share) {
  Pair out;
  Normals normal(9);
  for (std::size_t c = 0; c < out.junked.size(); ++c) {
    const std::vector<std::size_t> rows = bench::add_junk(out.junked[c].points, junk, share, normal);
    for (std::size_t k = rows.size(); k-- > 0;)
      out.oracle[c].points.erase(out.oracle[c].points.begin() + static_cast<std::ptrdiff_t>(rows[k]));
  }
  return out;
}

TEST(RobustFit, IsThatOfTheRowsThatAreNoJunk) {
  const Pair pair = with_junk(Junk::zeros, 0.1);
  const Fit fit = fit_model(pair.junked, model()), oracle = fit_model(pair.oracle, model());
  EXPECT_EQ(fit.cost, oracle.cost);
  EXPECT_EQ(fit.draws, oracle.draws);
  EXPECT_TRUE(oracle.disowned.empty());
}

TEST(RobustFit, NamesWhatItLeavesOut) {
  Pair pair = with_junk(Junk::spikes, 0.05);
  const Fit fit = fit_model(pair.junked, model());
  EXPECT_NEAR(end_of_wsd(fit), end_of_wsd(fit_model(pair.oracle, model())), 2e-4);
  ASSERT_EQ(fit.disowned.size(), pair.junked.size());
  for (std::size_t c = 0; c < fit.disowned.size(); ++c) {
    EXPECT_EQ(fit.disowned[c].curve, pair.junked[c].name);
    EXPECT_EQ(fit.disowned[c].kind, DisownedKind::spike);
    EXPECT_NE(fit.warnings[c].find("a spike at steps"), std::string::npos) << fit.warnings[c];
  }
  EXPECT_TRUE(doubts(fit).empty());
}

TEST(RobustFit, IsDoubtedWhereTooMuchIsJunk) {
  const Fit fit = fit_model(with_junk(Junk::up, 0.2).junked, model());
  const std::vector<std::string> all = doubts(fit);
  ASSERT_FALSE(all.empty());
  EXPECT_NE(all.front().find("of 3 curves are junk"), std::string::npos) << all.front();
}

}  // namespace
}  // namespace losscast::test
