#include "sweep/candidate_order.hpp"

#include <gtest/gtest.h>

#include <set>

#include "losscast/schedule/schedule_text.hpp"
#include "tests/sweep/problem.hpp"

namespace losscast::test {
namespace {

CandidateList list_of(std::int64_t candidates) {
  SweepConfig config = example_config();
  config.space.method = SearchMethod::sobol;
  config.space.candidates = candidates;
  return CandidateList(config.space, 5);
}

std::string text_at(const CandidateList& list, std::int64_t number) {
  return schedule_text(list.make({&number, 1}).front()->arguments);
}

TEST(CandidateOrder, IsThatOfTheNumbersAtFirst) {
  const CandidateList all = list_of(9);
  const CandidateOrder order(all, 5, {});
  for (std::int64_t place = 0; place < 9; ++place) EXPECT_EQ(order.number(place), place);
}

// Every candidate has one place, and those of the sweep before have the places that they had.
TEST(CandidateOrder, KeepsThePlacesOfEarlierCandidates) {
  const CandidateList few = list_of(3), more = list_of(8), all = list_of(21);
  const CandidateOrder of_more(more, 5, {3}), order(all, 5, {3, 8});
  for (std::int64_t place = 0; place < 3; ++place)
    EXPECT_EQ(text_at(all, order.number(place)), text_at(few, place)) << place;
  for (std::int64_t place = 0; place < 8; ++place)
    EXPECT_EQ(text_at(all, order.number(place)), text_at(more, of_more.number(place))) << place;
  std::set<std::int64_t> numbers;
  for (std::int64_t place = 0; place < 21; ++place) numbers.insert(order.number(place));
  EXPECT_EQ(numbers.size(), 21u);
  EXPECT_EQ(*numbers.begin(), 0);
  EXPECT_EQ(*numbers.rbegin(), 20);
}

}  // namespace
}  // namespace losscast::test
