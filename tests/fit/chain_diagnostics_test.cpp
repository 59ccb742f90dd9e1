#include "fit/chain_diagnostics.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>

#include "tests/fit/synthetic.hpp"

namespace losscast::test {
namespace {

// Chains by a formula: x_i = correlation x_{i-1} + e_i from x_{-1} = 0, and draw i of chain c is
// x_i + shift c + drift i / draws. The e are 2 s / (2^31 - 1) - 1, s of the generator s -> 48271 s mod (2^31 - 1)
// (Park, Miller & Stockmeyer 1993), on through all chains.
struct Recursion {
  int chains, draws;
  double correlation, shift = 0, drift = 0;
  std::uint64_t seed = 1;
};

ParameterChains chains_of(const Recursion& recursion) {
  constexpr std::uint64_t kModulus = 2147483647;
  std::uint64_t s = recursion.seed;
  ParameterChains chains;
  for (int c = 0; c < recursion.chains; ++c) {
    chains.emplace_back();
    double x = 0;
    for (int i = 0; i < recursion.draws; ++i) {
      s = 48271 * s % kModulus;
      x = recursion.correlation * x + (2 * static_cast<double>(s) / static_cast<double>(kModulus) - 1);
      chains.back().push_back(x + recursion.shift * c + recursion.drift * i / recursion.draws);
    }
  }
  return chains;
}

struct Reference {
  double rhat, bulk, tail;
};

// To rounding: the autocovariances are summed in another order.
void expect_reference(const ParameterChains& chains, const Reference& reference) {
  constexpr double kRounding = 1e-9;
  EXPECT_NEAR(rank_normalised_rhat(chains) / reference.rhat, 1, kRounding);
  EXPECT_NEAR(bulk_effective_sample_size(chains) / reference.bulk, 1, kRounding);
  EXPECT_NEAR(tail_effective_sample_size(chains) / reference.tail, 1, kRounding);
}

// References: ArviZ 0.23.4, arviz.rhat(x), arviz.ess(x, method="bulk") and arviz.ess(x, method="tail").
TEST(ChainDiagnostics, AreThoseOfArviz) {
  expect_reference(chains_of({.chains = 4, .draws = 200, .correlation = 0}),
                   {1.0009215057707446, 748.4015577370345, 736.4061443999979});
  expect_reference(chains_of({.chains = 4, .draws = 250, .correlation = 0.9, .seed = 2}),
                   {1.0636545310058578, 44.2732217204999, 89.55286889728842});
  expect_reference(chains_of({.chains = 4, .draws = 201, .correlation = 0.5, .seed = 3}),
                   {1.010484491818266, 237.39848944079557, 250.99561367005836});
  expect_reference(chains_of({.chains = 2, .draws = 500, .correlation = -0.6, .seed = 4}),
                   {1.0062544266839013, 3000.0, 989.0139896733895});
  expect_reference(chains_of({.chains = 4, .draws = 100, .correlation = 0.3, .shift = 0.5, .seed = 5}),
                   {1.3224129622283882, 11.1601141721677, 54.75808470678012});
  expect_reference(chains_of({.chains = 3, .draws = 150, .correlation = 0.2, .drift = 2, .seed = 6}),
                   {1.3294462530327447, 7.437213777576158, 69.0796783417477});
}

TEST(ChainDiagnostics, AreThoseOfArvizWhereDrawsAreEqual) {
  ParameterChains chains = chains_of({.chains = 4, .draws = 300, .correlation = 0.6, .seed = 8});
  for (auto& chain : chains)
    for (double& x : chain) x = std::nearbyint(x * 2) / 2;
  expect_reference(chains, {1.0046405709937771, 362.5059812085915, 550.739430699889});
}

// One chain is three times as wide: places agree, and distances from the median do not.
TEST(ChainDiagnostics, AreThoseOfArvizWhereSpreadsDiffer) {
  ParameterChains chains = chains_of({.chains = 4, .draws = 200, .correlation = 0, .seed = 9});
  for (double& x : chains[0]) x *= 3;
  expect_reference(chains, {1.1908044703535507, 789.4668094231091, 29.999347321550346});
}

ParameterChains autoregressions(double correlation, int draws) {
  Normals normal(11);
  ParameterChains chains(4);
  for (auto& chain : chains) {
    double x = normal() / std::sqrt(1 - correlation * correlation);
    for (int i = 0; i < draws; ++i) {
      chain.push_back(x);
      x = correlation * x + normal();
    }
  }
  return chains;
}

// The mean of N draws of an autoregression is worth N (1 - rho) / (1 + rho) independent ones. The estimate sums
// autocorrelations over a window of M lags, which gives it the relative deviation sqrt(2 (2 M + 1) / N) (Madras & Sokal
// 1988); pairs stay positive until correlations are lost in their noise, for M of about 4 ln(10) / -ln(rho) at most.
TEST(EffectiveSampleSize, OfAutoregressionsIsItsClosedForm) {
  constexpr int kDraws = 10000;
  for (const double rho : {0.3, 0.7, 0.9}) {
    const double window = 4 * std::log(10.0) / -std::log(rho), all = 4 * kDraws;
    const double expected = all * (1 - rho) / (1 + rho);
    const ParameterChains chains = autoregressions(rho, kDraws);
    EXPECT_NEAR(bulk_effective_sample_size(chains) / expected, 1, 5 * std::sqrt(2 * (2 * window + 1) / all)) << rho;
    EXPECT_LT(rank_normalised_rhat(chains), 1.01) << rho;
  }
}

// Whether a normal autoregression is beyond a quantile is correlated less than its values are.
TEST(EffectiveSampleSize, OfTailsIsLargerThanOfTheBulkOfAutoregressions) {
  const ParameterChains chains = autoregressions(0.9, 10000);
  EXPECT_GT(tail_effective_sample_size(chains), bulk_effective_sample_size(chains));
  EXPECT_LT(tail_effective_sample_size(chains), 10000);
}

TEST(Rhat, FailsForDifferentMeansAndPassesForEqualOnes) {
  EXPECT_LT(rank_normalised_rhat(chains_of({.chains = 4, .draws = 1000, .correlation = 0})), 1.01);
  EXPECT_GT(rank_normalised_rhat(chains_of({.chains = 4, .draws = 1000, .correlation = 0, .shift = 0.5})), 1.1);
}

TEST(Rhat, FailsForAChainThatDrifts) {
  EXPECT_GT(rank_normalised_rhat(chains_of({.chains = 1, .draws = 1000, .correlation = 0, .drift = 2})), 1.1);
}

TEST(ChainDiagnostics, OfChainsThatAreStuckSaySo) {
  const ParameterChains apart = {std::vector<double>(100, 1.0), std::vector<double>(100, 2.0)};
  EXPECT_GT(rank_normalised_rhat(apart), 1e6) << "within chains there is rounding alone";
  EXPECT_LT(bulk_effective_sample_size(apart), 8);
  const ParameterChains together(2, std::vector<double>(100, 1.0));
  EXPECT_EQ(rank_normalised_rhat(together), std::numeric_limits<double>::infinity());
  EXPECT_EQ(bulk_effective_sample_size(together), 0);
  EXPECT_EQ(tail_effective_sample_size(together), 0);
}

// Ranks see through any increasing function, even one that leaves no variance.
TEST(ChainDiagnostics, OfRanksAreThoseOfAnyIncreasingFunction) {
  const ParameterChains chains = chains_of({.chains = 4, .draws = 200, .correlation = 0.5});
  ParameterChains heavy = chains;
  for (auto& chain : heavy)
    for (double& x : chain) x = std::exp(20 * x);
  EXPECT_EQ(bulk_effective_sample_size(heavy), bulk_effective_sample_size(chains));
}

}  // namespace
}  // namespace losscast::test
