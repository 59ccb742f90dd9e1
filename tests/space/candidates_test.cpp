#include "losscast/space/candidates.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

#include "losscast/base/error.hpp"
#include "losscast/space/left_out.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {
namespace {

using Kind = Axis::Kind;

std::vector<Candidate> points(const SearchSpace& space, std::uint64_t seed = 1) { return make_candidates(space, seed); }

double number(const Candidate& candidate, const std::string& argument) {
  return std::get<double>(candidate.arguments.values.at(argument));
}

std::string word(const Candidate& candidate, const std::string& argument) {
  return std::get<std::string>(candidate.arguments.values.at(argument));
}

TEST(Grid, TakesEveryCombinationTheLastAxisFastest) {
  const auto candidates =
      points(space_of(SearchMethod::grid, {wsd_space({choice("shape", {std::string("linear"), std::string("sqrt")}),
                                                      range("decay_fraction", Kind::linear, 0.2, 0.6, 3)})}));
  ASSERT_EQ(candidates.size(), 6u);
  const double fractions[] = {0.2, 0.4, 0.6};
  for (std::size_t i = 0; i < 6; ++i) {
    EXPECT_EQ(word(candidates[i], "shape"), i < 3 ? "linear" : "sqrt") << i;
    EXPECT_NEAR(number(candidates[i], "decay_fraction"), fractions[i % 3], 1e-15) << i;
    EXPECT_EQ(number(candidates[i], "peak_lr"), 3e-4);
    EXPECT_EQ(candidates[i].family, 0u);
    EXPECT_EQ(candidates[i].recipe.total_steps(), 300);
  }
  // Both ends exactly.
  EXPECT_EQ(number(candidates[0], "decay_fraction"), 0.2);
  EXPECT_EQ(number(candidates[2], "decay_fraction"), 0.6);
}

TEST(Grid, OfALogRangeHasEqualRatios) {
  const auto candidates =
      points(space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Kind::log, 1e-4, 1e-3, 5)})}));
  ASSERT_EQ(candidates.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i)
    EXPECT_NEAR(number(candidates[i], "peak_lr"), 1e-4 * std::pow(10, static_cast<double>(i) / 4), 1e-17) << i;
  EXPECT_EQ(number(candidates[4], "peak_lr"), 1e-3);
  EXPECT_EQ(candidates[4].recipe.peak_lr(), 1e-3);
}

TEST(Grid, OfWholeNumbersTakesEachOrRoundsToDifferentOnes) {
  const auto all = points(space_of(SearchMethod::grid, {wsd_space({range("warmup_steps", Kind::integer, 3, 7)})}));
  ASSERT_EQ(all.size(), 5u);
  for (std::size_t i = 0; i < 5; ++i) EXPECT_EQ(number(all[i], "warmup_steps"), 3 + static_cast<double>(i));
  const auto some = points(space_of(SearchMethod::grid, {wsd_space({range("warmup_steps", Kind::integer, 3, 5, 9)})}));
  ASSERT_EQ(some.size(), 3u);  // 9 points asked for, 3 whole numbers there
  const auto few = points(space_of(SearchMethod::grid, {wsd_space({range("warmup_steps", Kind::integer, 0, 100, 3)})}));
  ASSERT_EQ(few.size(), 3u);
  EXPECT_EQ(number(few[1], "warmup_steps"), 50);
}

TEST(Grid, OfOnePointIsTheLowerEnd) {
  const auto candidates =
      points(space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Kind::log, 1e-4, 1e-3, 1)})}));
  ASSERT_EQ(candidates.size(), 1u);
  EXPECT_EQ(number(candidates[0], "peak_lr"), 1e-4);
}

TEST(Grid, OfSeveralFamiliesComesFamilyByFamily) {
  const auto candidates =
      points(space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Kind::log, 1e-4, 1e-3, 2)}), wsd_space({}),
                                           wsd_space({range("warmup_steps", Kind::integer, 1, 3)})}));
  ASSERT_EQ(candidates.size(), 2u + 1 + 3);
  const std::size_t families[] = {0, 0, 1, 2, 2, 2};
  for (std::size_t i = 0; i < 6; ++i) EXPECT_EQ(candidates[i].family, families[i]) << i;
}

SearchSpace search(SearchMethod method, std::int64_t count) {
  SearchSpace space = space_of(
      method, {wsd_space({range("peak_lr", Kind::log, 1e-4, 1e-3), range("decay_fraction", Kind::linear, 0.1, 0.9),
                          range("warmup_steps", Kind::integer, 1, 4),
                          choice("shape", {std::string("linear"), std::string("sqrt"), std::string("cosine")})})});
  space.candidates = count;
  return space;
}

class Points : public ::testing::TestWithParam<SearchMethod> {};
INSTANTIATE_TEST_SUITE_P(Methods, Points, ::testing::Values(SearchMethod::random, SearchMethod::sobol),
                         [](const auto& one) { return one.param == SearchMethod::random ? "Random" : "Sobol"; });

TEST_P(Points, DependOnTheSeedAlone) {
  const auto once = points(search(GetParam(), 50)), again = points(search(GetParam(), 50));
  const auto longer = points(search(GetParam(), 80)), other = points(search(GetParam(), 50), 2);
  ASSERT_EQ(once.size(), 50u);
  for (std::size_t i = 0; i < once.size(); ++i) {
    EXPECT_EQ(number(once[i], "peak_lr"), number(again[i], "peak_lr"));
    EXPECT_EQ(number(once[i], "peak_lr"), number(longer[i], "peak_lr"));
    EXPECT_NE(number(once[i], "peak_lr"), number(other[i], "peak_lr"));
  }
}

TEST_P(Points, LieWithinTheirRangesAndTakeEveryChoice) {
  std::set<double> warmups;
  std::set<std::string> shapes;
  for (const Candidate& candidate : points(search(GetParam(), 200))) {
    EXPECT_GE(number(candidate, "peak_lr"), 1e-4);
    EXPECT_LE(number(candidate, "peak_lr"), 1e-3);
    EXPECT_GE(number(candidate, "decay_fraction"), 0.1);
    EXPECT_LE(number(candidate, "decay_fraction"), 0.9);
    EXPECT_EQ(candidate.recipe.peak_lr(), number(candidate, "peak_lr"));
    warmups.insert(number(candidate, "warmup_steps"));
    shapes.insert(word(candidate, "shape"));
  }
  EXPECT_EQ(warmups, (std::set<double>{1, 2, 3, 4}));
  EXPECT_EQ(shapes.size(), 3u);
}

// Half of the points lie below the geometric mean of a log range: 4 standard deviations of the binomial law at most for
// random points; exactly for 2^k points of Sobol's sequence.
TEST_P(Points, OfALogRangeAreUniformInTheLogarithm) {
  constexpr int kPoints = 1024;
  int below = 0;
  for (const Candidate& candidate : points(search(GetParam(), kPoints)))
    below += number(candidate, "peak_lr") < std::sqrt(1e-7) ? 1 : 0;
  EXPECT_NEAR(below, kPoints / 2, GetParam() == SearchMethod::sobol ? 0 : 4 * std::sqrt(kPoints) / 2);
}

// Axes of one point differ, and so do families under random search.
TEST(RandomPoints, DifferFromAxisToAxisAndFamilyToFamily) {
  SearchSpace space = space_of(
      SearchMethod::random,
      {wsd_space({range("final_lr_ratio", Kind::linear, 0, 1), range("decay_fraction", Kind::linear, 0.1, 0.9)}),
       wsd_space({range("final_lr_ratio", Kind::linear, 0, 1)})});
  space.candidates = 20;
  const auto candidates = points(space);
  ASSERT_EQ(candidates.size(), 20u);
  for (std::size_t i = 0; i < 10; ++i) {
    const double first = number(candidates[i], "final_lr_ratio"), second = number(candidates[i], "decay_fraction");
    EXPECT_GT(std::abs(first - (second - 0.1) / 0.8), 1e-6);
    EXPECT_NE(first, number(candidates[10 + i], "final_lr_ratio"));
  }
}

// One point in each of 2^k equal parts of every range.
TEST(SobolPoints, AreStratified) {
  std::set<int> parts;
  for (const Candidate& candidate : points(search(SearchMethod::sobol, 64)))
    parts.insert(static_cast<int>((number(candidate, "decay_fraction") - 0.1) / 0.8 * 64));
  EXPECT_EQ(parts.size(), 64u);
}

TEST_P(Points, AreSharedOutEvenlyAmongFamilies) {
  const FamilySpace family = wsd_space({range("peak_lr", Kind::log, 1e-4, 1e-3)});
  SearchSpace space = space_of(GetParam(), {family, family, family});
  space.candidates = 11;
  std::vector<int> shares(3, 0);
  for (const Candidate& candidate : points(space)) ++shares[candidate.family];
  EXPECT_EQ(shares, (std::vector<int>{4, 4, 3}));
}

TEST_P(Points, OfAFamilyWithoutRangesAreOne) {
  SearchSpace space = space_of(GetParam(), {wsd_space({}), wsd_space({range("peak_lr", Kind::log, 1e-4, 1e-3)})});
  space.candidates = 10;
  EXPECT_EQ(points(space).size(), 1u + 5);
}

// An error about a space names the file, the line and the family.
void expect_refused(const SearchSpace& space, const std::vector<std::string>& parts) {
  try {
    points(space);
    FAIL() << "no error";
  } catch (const InputError& error) {
    const std::string message = error.what();
    for (const std::string& part : parts) EXPECT_NE(message.find(part), std::string::npos) << part << ": " << message;
  }
}

TEST(Candidates, ARangeWithoutPointsHasNoGrid) {
  expect_refused(space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Kind::log, 1e-4, 1e-3)})}),
                 {"sweep.toml:12", "wsd", "peak_lr", "grid = N"});
  EXPECT_NO_THROW(
      points(space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Kind::log, 1e-4, 1e-3, 2)})})));  // control
}

TEST(Candidates, AGridHasAtMostTenMillionPoints) {
  expect_refused(space_of(SearchMethod::grid, {wsd_space({range("warmup_steps", Kind::integer, 0, 1e9)})}),
                 {"sweep.toml:12", "warmup_steps", "10000000"});
  expect_refused(space_of(SearchMethod::grid, {wsd_space({range("peak_lr", Kind::log, 1e-4, 1e-3, 4000),
                                                          range("decay_fraction", Kind::linear, 0, 1, 4000)})}),
                 {"sweep.toml:12", "16000000 points"});
}

TEST(Candidates, APointThatIsNoScheduleNamesItsSpace) {
  expect_refused(space_of(SearchMethod::grid, {wsd_space({range("warmup_steps", Kind::integer, 299, 301)})}),
                 {"sweep.toml:12", "wsd", "no schedule"});
}

TEST(Constraints, ExcludePointsWithoutMovingTheOthers) {
  SearchSpace space = search(SearchMethod::sobol, 200);
  const auto all = points(space);
  space.families[0].constraints = {"peak_lr * decay_fraction <= 2e-4", "warmup_steps != 2"};
  std::vector<Candidate> expected;
  for (const Candidate& one : all)
    if (number(one, "peak_lr") * number(one, "decay_fraction") <= 2e-4 && number(one, "warmup_steps") != 2)
      expected.push_back(one);
  const auto left = points(space);
  ASSERT_GT(expected.size(), 10u);
  ASSERT_EQ(left.size(), expected.size());
  for (std::size_t i = 0; i < left.size(); ++i) EXPECT_EQ(left[i].arguments, expected[i].arguments);
}

TEST(Constraints, AreCountedByWhatTheyLeaveOut) {
  const FamilySpace peaks = wsd_space({range("peak_lr", Kind::log, 1e-4, 1e-3, 5)});
  SearchSpace space = space_of(SearchMethod::grid, {peaks, peaks, peaks});
  space.families[1].constraints = {"peak_lr > 3e-4"};
  space.families[2].constraints = {"0 > 1"};
  const std::vector<std::int64_t> expected = {0, 2, 5};
  for (const int threads : {1, 3}) EXPECT_EQ(left_out_by_constraints(CandidateList(space, 1), threads), expected);
  EXPECT_EQ(points(space).size(), 5u + 3u);
}

TEST(Constraints, KeepPointsThatWouldBeNoSchedule) {
  SearchSpace space = space_of(SearchMethod::grid, {wsd_space({range("warmup_steps", Kind::integer, 148, 152)})});
  expect_refused(space, {"no schedule", "constraint"});
  space.families[0].constraints = {"warmup_steps <= (1 - decay_fraction) * total_steps"};
  EXPECT_EQ(points(space).size(), 3u);
}

TEST(Constraints, ThatCannotBeMetOrUnderstoodAreRefused) {
  SearchSpace space = search(SearchMethod::sobol, 50);
  space.families[0].axes.push_back(choice("weight_decay", {0.1, Stairs{{0, 100}, {0.1, 0}}}));
  const auto refused = [&](const std::string& constraint, const std::vector<std::string>& parts) {
    space.families[0].constraints = {constraint};
    expect_refused(space, parts);
  };
  refused("peak_lr > 1", {"sweep.toml", "no candidate meets the constraints"});
  refused("peak_lt < 1", {"sweep.toml:12", "wsd", "peak_lt", "Did you mean peak_lr?"});
  refused("shape < 1", {"sweep.toml:12", "shape"});
  refused("weight_decay < 1", {"sweep.toml:12", "names weight_decay"});
  refused("peak_lr <", {"sweep.toml:12", "cannot be understood", "peak_lr <"});
}

// What a search asks for one by one is what all at once would be.
TEST(CandidateList, MakesAnyOfItsCandidates) {
  const SearchSpace space = search(SearchMethod::sobol, 100);
  const auto all = points(space);
  const CandidateList list(space, 1);
  EXPECT_EQ(list.size(), 100);
  const std::vector<std::int64_t> numbers = {99, 0, 41};
  const auto some = list.make(numbers, 2);
  for (std::size_t i = 0; i < numbers.size(); ++i)
    EXPECT_EQ(some[i]->arguments, all[static_cast<std::size_t>(numbers[i])].arguments);
}

TEST(Candidates, SobolHasSixteenDimensions) {
  std::vector<Axis> axes(17, range("peak_lr", Kind::log, 1e-4, 1e-3));
  expect_refused(space_of(SearchMethod::sobol, {wsd_space(axes)}), {"sweep.toml:12", "17 ranges", "random"});
  EXPECT_NO_THROW(points(space_of(SearchMethod::random, {wsd_space(axes)})));  // control
}

}  // namespace
}  // namespace losscast::test
