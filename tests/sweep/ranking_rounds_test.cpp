#include "sweep/ranking_rounds.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/ranked_rows.hpp"
#include "tests/sweep/problem.hpp"
#include "tests/sweep/same_results.hpp"

namespace losscast::test {
namespace {

// Does every round in so many parts, each computed by a sweep of its own that knows the state alone.
SweepResult in_parts(const SweepConfig& config, const Fit& fit, const SweepOptions& options, std::int64_t parts,
                     std::size_t kept_bytes = kKeptBytes) {
  std::unique_ptr<SweepRounds> rounds = ranking_rounds(config, fit, options, {}, kept_bytes);
  while (const std::optional<Round> open = rounds->open()) {
    const std::string state = rounds->state();
    std::vector<std::string> bytes;
    for (std::int64_t part = parts; part-- > 0;) {
      const std::int64_t first = open->items * part / parts, end = open->items * (part + 1) / parts;
      bytes.insert(bytes.begin(), ranking_rounds(config, fit, options, state)->compute(first, end - first).bytes);
    }
    rounds = ranking_rounds(config, fit, options, state);
    rounds->close(std::vector<std::string_view>(bytes.begin(), bytes.end()), 1);
  }
  return rounds->finish();
}

SweepResult in_memory(const SweepConfig& config, const Fit& fit, const SweepOptions& options) {
  return run_sweep(config, make_candidates(config.space, config.seed), fit, options);
}

class RankingRounds : public testing::TestWithParam<int> {};

TEST_P(RankingRounds, ComeToWhatOneCallDoes) {
  const SweepConfig config = example_config();
  const Fit fit = example_fit(7);
  expect_same(in_parts(config, fit, options(), GetParam()), in_memory(config, fit, options()));
}

TEST_P(RankingRounds, ComeToItWhenLittleIsKept) {
  const SweepConfig config = example_config();
  const Fit fit = example_fit(7);
  expect_same(in_parts(config, fit, options(), GetParam(), 1), in_memory(config, fit, options()));
}

TEST_P(RankingRounds, RecordAllBands) {
  SweepConfig config = example_config(40);
  config.bands.candidates = BandsConfig::Candidates::all;
  config.bands.times = 6;
  const Fit fit = example_fit(3);
  expect_same(in_parts(config, fit, options(), GetParam()), in_memory(config, fit, options()));
}

INSTANTIATE_TEST_SUITE_P(Parts, RankingRounds, testing::Values(1, 2, 7, 64));

TEST(RankingRounds, LeaveOutWhatAConstraintExcludes) {
  SweepConfig config = example_config(40);
  config.space.families.front().constraints = {"peak_lr < 3e-4"};
  const Fit fit = example_fit(3);
  const SweepResult parted = in_parts(config, fit, options(), 7);
  EXPECT_LT(parted.rows->size(), 7u);
  expect_same(parted, in_memory(config, fit, options()));
}

TEST(RankingRounds, ChooseBlockAndLeversLikeOneCall) {
  SweepConfig config = example_config(512);
  SweepOptions automatic = options();
  automatic.block.reset();
  const Fit fit = example_fit(16);
  expect_same(in_parts(config, fit, automatic, 2), in_memory(config, fit, automatic));
}

TEST(RankingRounds, RefuseAStateOrPartsThatAreNone) {
  const SweepConfig config = example_config(16);
  const Fit fit = example_fit(3);
  const auto rounds = ranking_rounds(config, fit, options(), {});
  const std::int64_t items = rounds->open()->items;
  EXPECT_NO_THROW(ranking_rounds(config, fit, options(), rounds->state()));
  EXPECT_THROW(ranking_rounds(config, fit, options(), rounds->state().substr(1)), InputError);
  const std::string all = rounds->compute(0, items).bytes, some = rounds->compute(0, items - 1).bytes;
  const std::string_view wrong[] = {some}, cut[] = {std::string_view(all).substr(0, all.size() / 2)};
  EXPECT_THROW(rounds->close(wrong, 1), InputError);
  EXPECT_THROW(rounds->close(cut, 1), InputError);
  const std::string_view right[] = {all};
  EXPECT_NO_THROW(rounds->close(right, 1));
}

}  // namespace
}  // namespace losscast::test
