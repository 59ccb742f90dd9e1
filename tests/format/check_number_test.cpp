#include "format/check_number.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <limits>
#include <string>

#include "format/document.hpp"
#include "losscast/base/error.hpp"

namespace losscast::test {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNotANumber = std::numeric_limits<double>::quiet_NaN();

// What the check says; empty if it passes.
std::string complaint(const std::function<void()>& check) {
  try {
    check();
  } catch (const InputError& error) {
    return error.what();
  }
  return {};
}

TEST(RequireProbability, WantsOneBetweenNeverAndAlways) {
  for (const double good : {1e-300, 0.5, 1 - 1e-16})
    EXPECT_EQ(complaint([&] { require_probability(good, "", 0); }), "");
  for (const double bad : {0.0, 1.0, -0.5, 2.0, kInfinity, kNotANumber}) EXPECT_FALSE(is_probability(bad)) << bad;
  EXPECT_EQ(complaint([] { require_probability(1.5, "confidence", 0.95); }),
            "1.5 is no confidence (it is a probability between 0 and 1, both excluded). Give one such as 0.95.");
}

TEST(RequireNats, WantsAFiniteNumberAboveZero) {
  EXPECT_EQ(complaint([] { require_nats(1e-3, "", "", ""); }), "");
  for (const double bad : {0.0, -1.0, kInfinity, kNotANumber})
    EXPECT_EQ(complaint([&] { require_nats(bad, "delta = x", "difference that matters", "give one such as 1e-3"); }),
              "delta = x is no difference that matters (it is in nats, above 0). Give one such as 1e-3.");
}

TEST(DocumentNode, AddsItsPlaceToWhatACheckThrows) {
  DocumentNode node;
  node.path = "search.confidence";
  node.place = {std::make_shared<const std::string>("sweep.toml"), 3, 7};
  EXPECT_EQ(complaint([&] { node.check([] { require_probability(0.5, "confidence", 0.95); }); }), "");
  EXPECT_EQ(complaint([&] { node.check([] { require_probability(2, "confidence", 0.95); }); }),
            "sweep.toml:3:7: search.confidence: 2 is no confidence (it is a probability between 0 and 1, both "
            "excluded). Give one such as 0.95.");
}

}  // namespace
}  // namespace losscast::test
