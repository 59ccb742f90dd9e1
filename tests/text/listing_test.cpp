#include "losscast/text/listing.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace losscast::test {
namespace {

using Names = std::vector<std::string>;

TEST(Listing, NamesAFewAndCountsTheRest) {
  EXPECT_EQ(listing(Names{}), "");
  EXPECT_EQ(listing(Names{"a"}), "a");
  EXPECT_EQ(listing(Names{"a", "b", "c", "d"}), "a, b, c, d");
  EXPECT_EQ(listing(Names{"a", "b", "c", "d", "e"}), "a, b, c and 2 more");
}

}  // namespace
}  // namespace losscast::test
