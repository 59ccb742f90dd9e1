#include "losscast/base/error.hpp"

#include <gtest/gtest.h>

namespace losscast::test {
namespace {

TEST(ErrorText, MakesASentenceOfTheRemedy) {
  EXPECT_EQ(error_text("paths = 0", "there is nothing to do", "give 1 or more"),
            "paths = 0 (there is nothing to do). Give 1 or more.");
  EXPECT_EQ(error_text("a", "b", "remove"), "a (b). Remove.");
  EXPECT_EQ(error_text("a", "b", "sort them, each once"), "a (b). Sort them, each once.");
}

TEST(ErrorText, LeavesKeysFlagsAndNumbersAsTheyAre) {
  EXPECT_EQ(error_text("a", "b", "steps_below would do"), "a (b). steps_below would do.");
  EXPECT_EQ(error_text("a", "b", "--paths would do"), "a (b). --paths would do.");
  EXPECT_EQ(error_text("a", "b", "3e-4 would do"), "a (b). 3e-4 would do.");
  EXPECT_EQ(error_text("a", "b", "`losscast list models` shows them"), "a (b). `losscast list models` shows them.");
  EXPECT_EQ(error_text("a", "b", "paths=2 would do"), "a (b). paths=2 would do.");
}

TEST(ErrorText, KeepsTheMarkOfAQuestion) {
  EXPECT_EQ(error_text("a", "b", "Did you mean \"wsd\"?"), "a (b). Did you mean \"wsd\"?");
  EXPECT_EQ(error_text("a", "b", "Raise it."), "a (b). Raise it.");
}

TEST(ErrorText, LeavesOutWhatIsEmpty) {
  EXPECT_EQ(error_text("a", "", "raise it"), "a. Raise it.");
  EXPECT_EQ(error_text("a", "b", ""), "a (b)");
  EXPECT_EQ(error_text("a", "", ""), "a");
}

TEST(Errors, ArePrintableLinesWhateverTheyQuote) {
  EXPECT_STREQ(InputError("\"a\nb\" is unknown", "", "").at("x\xFF.toml").what(), "x\\xFF.toml: \"a\\nb\" is unknown");
}

TEST(Errors, CarryTheirTextAndTheirExitCode) {
  const Error error(ExitCode::interrupted, "interrupted", "by a signal", "go on");
  EXPECT_STREQ(error.what(), "interrupted (by a signal). Go on.");
  EXPECT_EQ(error.code(), ExitCode::interrupted);
  EXPECT_EQ(InputError("a", "b", "c").code(), ExitCode::usage_or_input);
  EXPECT_EQ(IoError("a", "b", "c").code(), ExitCode::internal_or_io);
  EXPECT_EQ(DeviceError("a", "b", "c").code(), ExitCode::device);

  const Error again(ExitCode::internal_or_io, InputError("a", "b", "raise it"));
  EXPECT_STREQ(again.what(), "a (b). Raise it.");
  EXPECT_EQ(again.code(), ExitCode::internal_or_io);
}

TEST(Errors, ArePlacedOneInAnother) {
  const InputError inner("peak_lr = 0 is too low", "it is above 0", "raise it");
  const InputError outer = inner.at("phase 2").at("runs.toml:3:7");
  EXPECT_STREQ(outer.what(), "runs.toml:3:7: phase 2: peak_lr = 0 is too low (it is above 0). Raise it.");
  EXPECT_EQ(outer.code(), ExitCode::usage_or_input);

  const ArgumentError argument("phases[1].peak_lr", inner.at("phase 2"));
  EXPECT_EQ(argument.key(), "phases[1].peak_lr");
  EXPECT_STREQ(argument.what(), "phase 2: peak_lr = 0 is too low (it is above 0). Raise it.");
}

}  // namespace
}  // namespace losscast::test
