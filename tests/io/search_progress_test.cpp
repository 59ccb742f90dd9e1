// A search's progress on disk.
#include "losscast/io/search_progress.hpp"

#include <gtest/gtest.h>

#include "losscast/format/atomic_file.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

RaceProgress progress() {
  RaceProgress race;
  race.before = {{}, {7, 3'000'000'000}, 3'000'000'000, 12, 0.0125, {{100, 32, 40, 7, 1e9 / 3}}, RaceEnd::decided};
  race.field = {1, 5, 3'000'000'000};
  race.round = {3, 128, 0, 3'000'000'000, 2e9};
  race.seen = 2;
  race.left = {5};
  race.lowest = -1.0 / 3;
  race.widest = 1e-3 / 7;
  race.path_steps = 2.5e9;
  race.seconds = 12.25;
  race.seconds_at_round = 10.5;
  return race;
}

const BestOfDraws kBest = {{{0.1f, 5}, {0.3f, 1}}, {}};

TEST(SearchProgress, ComesBackAsItWas) {
  const ScratchFolder folder;
  const auto file = folder.path() / "progress.cbor";
  write_search_progress(file, "this one", progress(), kBest);
  const std::optional<SearchProgress> read = read_search_progress(file, "this one");
  ASSERT_TRUE(read);
  const RaceProgress &race = read->race, expected = progress();
  EXPECT_EQ(race.before.leaders, expected.before.leaders);
  EXPECT_EQ(race.before.best, expected.before.best);
  EXPECT_EQ(race.before.excluded, expected.before.excluded);
  EXPECT_EQ(race.before.error_spent, expected.before.error_spent);
  ASSERT_EQ(race.before.rounds.size(), 1u);
  for (const auto& [a, b] :
       {std::pair(race.before.rounds[0], expected.before.rounds[0]), {race.round, expected.round}}) {
    EXPECT_EQ(a.candidates, b.candidates);
    EXPECT_EQ(a.units, b.units);
    EXPECT_EQ(a.survivors, b.survivors);
    EXPECT_EQ(a.leader, b.leader);
    EXPECT_EQ(a.path_steps, b.path_steps);
  }
  EXPECT_EQ(race.field, expected.field);
  EXPECT_EQ(race.seen, expected.seen);
  EXPECT_EQ(race.left, expected.left);
  EXPECT_EQ(race.lowest, expected.lowest);
  EXPECT_EQ(race.widest, expected.widest);
  EXPECT_EQ(race.path_steps, expected.path_steps);
  EXPECT_EQ(race.seconds, expected.seconds);
  EXPECT_EQ(race.seconds_at_round, expected.seconds_at_round);
  EXPECT_EQ(read->best_of_draws, kBest);

  RaceProgress first_round = progress();
  first_round.field = {};
  write_search_progress(file, "this one", first_round, {});
  EXPECT_FALSE(read_search_progress(file, "this one")->race.field);
}

TEST(SearchProgress, OfAnotherSearchOrADamagedFileIsNone) {
  const ScratchFolder folder;
  const auto file = folder.path() / "progress.cbor";
  EXPECT_FALSE(read_search_progress(file, "this one"));
  write_search_progress(file, "this one", progress(), kBest);
  EXPECT_FALSE(read_search_progress(file, "another"));
  const std::string whole = read_text_file(file);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string damaged = whole;
    damaged[i] ^= 1;
    write_atomically(file, damaged);
    EXPECT_FALSE(read_search_progress(file, "this one")) << "a bit of byte " << i << " is another";
  }
  write_atomically(file, whole.substr(0, whole.size() - 1));
  EXPECT_FALSE(read_search_progress(file, "this one"));
  write_atomically(file, whole);
  EXPECT_TRUE(read_search_progress(file, "this one")) << "the control";
  write_atomically(file, "\xA1\x61");
  EXPECT_FALSE(read_search_progress(file, "this one"));
  write_atomically(file, "losscast progress 1\n" + std::string(1'000'000, '\x81'));  // lists in lists
  EXPECT_FALSE(read_search_progress(file, "this one"));
  write_atomically(file, "");
  EXPECT_FALSE(read_search_progress(file, "this one"));
}

}  // namespace
}  // namespace losscast::test
