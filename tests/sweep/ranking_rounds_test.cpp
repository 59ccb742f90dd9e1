#include "sweep/ranking_rounds.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "losscast/space/candidates.hpp"
#include "losscast/sweep/begin_rounds.hpp"
#include "losscast/sweep/ranked_rows.hpp"
#include "tests/sweep/in_parts.hpp"
#include "tests/sweep/problem.hpp"
#include "tests/sweep/same_results.hpp"

namespace losscast::test {
namespace {

SweepResult ranking_in_parts(const SweepConfig& config, const Fit& fit, const SweepOptions& options, std::int64_t parts,
                             std::size_t kept_bytes = kKeptBytes) {
  return run_in_parts([&](auto state) { return ranking_rounds(config, fit, options, state, kept_bytes); }, parts);
}

SweepResult in_memory(const SweepConfig& config, const Fit& fit, const SweepOptions& options) {
  return run_sweep(config, make_candidates(config.space, config.seed), fit, options);
}

class RankingRounds : public testing::TestWithParam<int> {};

TEST_P(RankingRounds, ComeToWhatOneCallDoes) {
  const SweepConfig config = example_config();
  const Fit fit = example_fit(7);
  expect_same(ranking_in_parts(config, fit, options(), GetParam()), in_memory(config, fit, options()));
}

TEST_P(RankingRounds, ComeToItWhenLittleIsKept) {
  const SweepConfig config = example_config();
  const Fit fit = example_fit(7);
  expect_same(ranking_in_parts(config, fit, options(), GetParam(), 1), in_memory(config, fit, options()));
}

TEST_P(RankingRounds, RecordAllBands) {
  SweepConfig config = example_config(40);
  config.bands.candidates = BandsConfig::Candidates::all;
  config.bands.times = 6;
  const Fit fit = example_fit(3);
  expect_same(ranking_in_parts(config, fit, options(), GetParam()), in_memory(config, fit, options()));
}

INSTANTIATE_TEST_SUITE_P(Parts, RankingRounds, testing::Values(1, 2, 7, 64));

TEST(RankingRounds, RefuseImpossibleStates) {
  const SweepConfig config = example_config(40);
  const Fit fit = example_fit(3);
  std::string state = ranking_rounds(config, fit, options(), {})->state();
  EXPECT_NO_THROW(ranking_rounds(config, fit, options(), state));
  for (const char stage : {1, 2, 3, 4, 127}) {  // none has what its stage needs
    state[0] = stage;
    EXPECT_THROW(ranking_rounds(config, fit, options(), state), InputError) << int{stage};
  }
}

TEST(RankingRounds, GoOnFromTheirLastState) {
  SweepConfig config = example_config(40);
  config.bands.candidates = BandsConfig::Candidates::all;
  config.bands.times = 6;
  const Fit fit = example_fit(3);
  const std::unique_ptr<SweepRounds> rounds = ranking_rounds(config, fit, options(), {});
  while (const std::optional<Round> open = rounds->open()) {
    const std::string part = rounds->compute(0, open->items).bytes;
    const std::string_view view = part;
    rounds->close({&view, 1}, 1);
  }
  const std::string last = rounds->state();
  expect_same(ranking_rounds(config, fit, options(), last)->finish(), in_memory(config, fit, options()));
}

TEST(RankingRounds, LeaveOutWhatAConstraintExcludes) {
  SweepConfig config = example_config(40);
  config.space.families.front().constraints = {"peak_lr < 3e-4"};
  const Fit fit = example_fit(3);
  const SweepResult parted = ranking_in_parts(config, fit, options(), 7);
  EXPECT_LT(parted.rows->size(), 7u);
  expect_same(parted, in_memory(config, fit, options()));
}

TEST(RankingRounds, ChooseBlockAndLeversLikeOneCall) {
  SweepConfig config = example_config(512);
  SweepOptions automatic = options();
  automatic.block.reset();
  const Fit fit = example_fit(16);
  expect_same(ranking_in_parts(config, fit, automatic, 2), in_memory(config, fit, automatic));
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

SweepConfig of_points(std::int64_t candidates) {
  SweepConfig config = example_config(40);
  config.space.method = SearchMethod::sobol;
  config.space.candidates = candidates;
  return config;
}

// Twice, in odd numbers, so that the families' shares grow unevenly.
TEST(RankingRounds, KeepWhatWasComputedWhenCandidatesAreAdded) {
  const Fit fit = example_fit(3);
  const SweepConfig few = of_points(7), more = of_points(20), all = of_points(33);
  const auto first = ranking_rounds(few, fit, options(), {});
  const std::string of_first = first->compute(0, 7).bytes;
  const auto second = extend_rounds(more, fit, options(), first->state(), 7);
  ASSERT_EQ(second->open()->items, 20);
  const std::string of_second = second->compute(7, 13).bytes;
  const auto third = extend_rounds(all, fit, options(), second->state(), 20);
  const std::string some = third->compute(20, 5).bytes, rest = third->compute(25, 8).bytes;
  const auto resumed = resume_rounds(all, fit, options(), third->state());
  const std::string_view parts[] = {of_first, of_second, some, rest};
  resumed->close(parts, 1);
  expect_same(resumed->finish(), in_memory(all, fit, options()));
}

TEST(RankingRounds, RefuseCandidatesThatCannotBeAdded) {
  const Fit fit = example_fit(3);
  const SweepConfig few = of_points(7), more = of_points(20);
  const std::string state = ranking_rounds(few, fit, options(), {})->state();
  EXPECT_NO_THROW(extend_rounds(more, fit, options(), state, 7));
  EXPECT_THROW(extend_rounds(few, fit, options(), state, 7), InputError);
  SweepConfig grid = more;
  grid.space.method = SearchMethod::grid;
  EXPECT_THROW(extend_rounds(grid, fit, options(), state, 7), InputError);
  SweepConfig race = more;
  race.race.emplace();
  EXPECT_THROW(extend_rounds(race, fit, options(), state, 7), InputError);
  SweepOptions precise = options();
  precise.goal.target_error = 1e-3;
  EXPECT_THROW(extend_rounds(more, fit, precise, state, 7), InputError);
}

// Expects that each round foretells the bytes of its parts, and the first one those of the later rounds.
void expect_bytes_foretold(const SweepConfig& config, std::size_t kept_bytes) {
  const Fit fit = example_fit(80);
  const auto rounds = ranking_rounds(config, fit, options(), {}, kept_bytes);
  const double later_foretold = rounds->open()->bytes.later;
  double later = 0;
  for (int number = 1; const std::optional<Round> round = rounds->open(); ++number) {
    const std::string first = rounds->compute(0, 5).bytes, rest = rounds->compute(5, round->items - 5).bytes;
    const auto size = static_cast<double>(first.size() + rest.size());
    EXPECT_NEAR(round->bytes.items + 2 * round->bytes.a_part, size, 0.05 * size) << round->name;
    if (number > 1) later += size;
    const std::string_view parts[] = {first, rest};
    rounds->close(parts, 1);
    if (rounds->open() && rounds->open()->name == "bands over time")
      later += static_cast<double>(rounds->state().size());
  }
  EXPECT_NEAR(later_foretold, later, 0.05 * later + 1000);
}

TEST(RankingRounds, ForetellWhatTheyLeaveOnADisk) {
  SweepConfig config = example_config(200);
  expect_bytes_foretold(config, kKeptBytes);
  expect_bytes_foretold(config, 0);
  config.bands = {BandsConfig::Candidates::all, 6};
  expect_bytes_foretold(config, kKeptBytes);
}

// Blocks that were planned are kept, though longer ones would do for all candidates.
TEST(RankingRounds, KeepTheirBlocksWhenCandidatesAreAdded) {
  SweepOptions automatic = options(), shortest = options();
  automatic.block.reset();
  shortest.block = 1;
  const Fit fit = example_fit(3);
  const SweepConfig few = of_points(7), more = of_points(20);
  const auto planned = ranking_rounds(few, fit, shortest, {});
  const auto extended = extend_rounds(more, fit, automatic, planned->state(), 7);
  const std::string part = extended->compute(0, extended->open()->items).bytes;
  const std::string_view view = part;
  extended->close({&view, 1}, 1);
  EXPECT_EQ(extended->finish().step_error.block, 1);
}

// Blocks that were chosen for fewer candidates must do for those that are added.
TEST(RankingRounds, RefuseCandidatesThatNeedShorterBlocks) {
  SweepOptions automatic = options();
  automatic.block.reset();
  const Fit fit = example_fit(3);
  const SweepConfig few = of_points(7), more = of_points(20);
  const auto begun = ranking_rounds(few, fit, automatic, {});
  EXPECT_NO_THROW(extend_rounds(more, fit, automatic, begun->state(), 7));
  SweepOptions longer = automatic;
  longer.block = 256;
  const auto coarse = ranking_rounds(few, fit, longer, {});
  EXPECT_THROW(extend_rounds(more, fit, automatic, coarse->state(), 7), InputError);
}

}  // namespace
}  // namespace losscast::test
