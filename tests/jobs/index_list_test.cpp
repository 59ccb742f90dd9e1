#include "jobs/index_list.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace losscast::test {
namespace {

std::string list(const std::vector<int>& indices) { return index_list(indices); }

TEST(IndexList, ShortensRuns) {
  EXPECT_EQ(list({}), "");
  EXPECT_EQ(list({7}), "7");
  EXPECT_EQ(list({0, 1, 2, 3, 7, 9, 10, 11, 12}), "0-3,7,9-12");
  EXPECT_EQ(list({4, 5}), "4-5");
  EXPECT_EQ(list({0, 2, 4}), "0,2,4");
}

}  // namespace
}  // namespace losscast::test
