#include "losscast/text/nearest.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace losscast::test {
namespace {

const std::vector<std::string> kKeys = {"peak_lr", "warmup_steps", "warmup_shape", "decay_start", "total_steps"};

TEST(Nearest, FindsAWordWithOneSlip) {
  EXPECT_EQ(nearest("peak_l", kKeys), "peak_lr");    // a letter missing
  EXPECT_EQ(nearest("peak__lr", kKeys), "peak_lr");  // one too many
  EXPECT_EQ(nearest("peak_lt", kKeys), "peak_lr");   // a wrong one
  EXPECT_EQ(nearest("paek_lr", kKeys), "peak_lr");   // two swapped
  EXPECT_EQ(nearest("decay-start", kKeys), "decay_start");
}

TEST(Nearest, IgnoresCase) { EXPECT_EQ(nearest("Peak_LR", kKeys), "peak_lr"); }

TEST(Nearest, FindsAWordByItsBeginning) {
  EXPECT_EQ(nearest("warmup", kKeys), "warmup_steps");
  EXPECT_EQ(nearest("decay_start_step", kKeys), "decay_start");
}

TEST(Nearest, PrefersTheNearerOfTwo) { EXPECT_EQ(nearest("warmup_shap", kKeys), "warmup_shape"); }

TEST(Nearest, SaysNothingWhenNothingIsClose) {
  EXPECT_EQ(nearest("momentum", kKeys), "");
  EXPECT_EQ(nearest("", kKeys), "");
  EXPECT_EQ(nearest("peak_lr", {}), "");
}

TEST(Nearest, AllowsOneSlipInThreeLetters) {
  const std::vector<std::string> words = {"cosine"};
  EXPECT_EQ(nearest("cosxxe", words), "cosine");  // two in six
  EXPECT_EQ(nearest("coxxxe", words), "");        // three in six
}

TEST(Suggestion, AsksForTheNearestWord) {
  EXPECT_EQ(suggestion("peak_lt", kKeys, "remove it"), "Did you mean \"peak_lr\"?");
  EXPECT_EQ(suggestion("peak_lt", kKeys, "remove it", Quotes::none), "Did you mean peak_lr?");
}

TEST(Suggestion, SaysSomethingElseWhenNothingIsClose) {
  EXPECT_EQ(suggestion("momentum", kKeys, "remove it"), "remove it");
}

}  // namespace
}  // namespace losscast::test
