#include "losscast/io/spikes_text.hpp"

#include <gtest/gtest.h>

#include "io/spikes_keys.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

TEST(SpikesText, SetsTheFieldsOfItsNames) {
  const Spikes all = parse_spikes(
      "{ jump_rate = 1e-4, critical_lr = 3e-4, jump_exponent = 2, mean_jump = 0.1, jump_decay = 1e-3, "
      "barrier_pull = 2e-3, barrier_noise = 0.02, barrier_growth = 0.007, barrier_limit = 3, barrier_exponent = 1.5 }",
      "--spikes");
  EXPECT_EQ(all.jump_rate, 1e-4);
  EXPECT_EQ(all.critical_lr, 3e-4);
  EXPECT_EQ(all.jump_exponent, 2);
  EXPECT_EQ(all.mean_jump, 0.1);
  EXPECT_EQ(all.jump_decay, 1e-3);
  EXPECT_EQ(all.barrier_pull, 2e-3);
  EXPECT_EQ(all.barrier_noise, 0.02);
  EXPECT_EQ(all.barrier_growth, 0.007);
  EXPECT_EQ(all.barrier_limit, 3);
  EXPECT_EQ(all.barrier_exponent, 1.5);
}

TEST(SpikesText, PartsStandAlone) {
  const Spikes jumps = parse_spikes("{ jump_rate = 1e-4, critical_lr = 3e-4, mean_jump = 0.1 }", "--spikes");
  EXPECT_EQ(jumps.jump_exponent, 1) << "the rate grows with the LR unless told otherwise";
  EXPECT_EQ(jumps.barrier_limit, 0);
  const Spikes barrier = parse_spikes("{ barrier_noise = 0.02, barrier_limit = 3 }", "--spikes");
  EXPECT_EQ(barrier.jump_rate, 0);
  EXPECT_EQ(barrier.barrier_limit, 3);
  EXPECT_EQ(barrier.barrier_exponent, 1) << "the strain is the effective LR unless told otherwise";
  const Spikes off = parse_spikes("{ jump_rate = 0, mean_jump = 0.1, barrier_noise = 0.02, barrier_limit = 3 }", "--s");
  EXPECT_EQ(off.jump_rate, 0) << "a part may be switched off by one key";
  EXPECT_EQ(off.mean_jump, 0);
}

TEST(SpikesText, NoneIsForNoSpikes) {
  EXPECT_FALSE(parse_spikes("none", "--spikes").any());
  expect_error(ExitCode::usage_or_input, {"--spikes"}, [] { parse_spikes("non", "--spikes"); });
}

TEST(SpikesText, ReadsBackAsTheSameNumbers) {
  const Spikes spikes = {.jump_rate = 0.1 / 3,
                         .critical_lr = 1,
                         .mean_jump = 0.7,
                         .barrier_noise = 1e-5 / 7,
                         .barrier_growth = 0.25,
                         .barrier_limit = 1,
                         .barrier_exponent = 4.0 / 3};
  const Spikes again = parse_spikes(spikes_text(spikes), "text");
  for (const auto& [key, member] : kSpikesKeys) EXPECT_EQ(again.*member, spikes.*member) << key;
}

struct Slip {
  std::string from;  // its only occurrence in the good text
  std::string to;
  std::vector<std::string> parts;  // of the message
};

TEST(SpikesText, LeadsToTheWrongValue) {
  const std::string good =
      "{ jump_rate = 1e-4, critical_lr = 3e-4, mean_jump = 0.1, barrier_noise = 0.02, barrier_limit = 3 }";
  EXPECT_NO_THROW(parse_spikes(good, "--spikes"));
  const Slip kSlips[] = {
      {"mean_jump", "mean_jmup", {"character 53: mean_jmup: ", "unknown key", "Did you mean \"mean_jump\"?"}},
      {"1e-4", "\"often\"", {"character 15: jump_rate: ", "this is text", "a number is wanted"}},
      {"1e-4", "true", {"jump_rate: ", "true or false"}},
      {"0.1", "nan", {"mean_jump: ", "not finite"}},
      {"0.1", "inf", {"mean_jump: ", "not finite"}},
      {"0.1", "-0.1", {"mean_jump: ", "-0.1 is negative"}},
      {"0.02", "1e7", {"barrier_noise: ", "10000000 is too large"}},
      {"0.02", "1e-30", {"barrier_noise: ", "1e-30 is too small"}},
      {"barrier_limit = 3", "barrier_limit = 1e-300", {"barrier_limit: ", "1e-300 is too small"}},
      {"0.1", "0", {"mean_jump: ", "mean_jump is 0", "jump_rate needs it"}},
      {"mean_jump = 0.1, ", "", {"jump_rate: ", "mean_jump is missing"}},
      {"critical_lr = 3e-4, ", "", {"jump_rate: ", "critical_lr is missing"}},
      {"3e-4", "0", {"critical_lr: ", "critical_lr is 0"}},
      {"barrier_noise = 0.02, ", "", {"barrier_limit: ", "barrier_noise is missing"}},
      {"jump_rate = 1e-4, ", "", {"critical_lr: ", "no effect", "Add jump_rate"}},
      {", barrier_limit = 3", "", {"barrier_noise: ", "no effect", "Add barrier_limit"}},
      {"limit = 3", "limit = 3, barrier_exponent = 0.4", {"barrier_exponent: ", "0.4 is out of range", "0.5 to 4"}},
      {"limit = 3", "limit = 3, barrier_exponent = 4.1", {"barrier_exponent: ", "4.1 is out of range"}},
      {"barrier_noise = 0.02, barrier_limit = 3", "barrier_exponent = 2", {"barrier_exponent: ", "no effect"}},
      {" }", "", {"not valid TOML"}},
  };
  for (const Slip& slip : kSlips) {
    SCOPED_TRACE(slip.from + " -> " + slip.to);
    std::vector<std::string> parts = slip.parts;
    parts.push_back("--spikes, character ");
    expect_error(ExitCode::usage_or_input, parts,
                 [&] { parse_spikes(replaced(good, slip.from, slip.to), "--spikes"); });
  }
  for (const char* nothing : {"{}", "{ jump_rate = 0 }", "{ barrier_limit = 0.0, barrier_noise = 0.1 }"})
    expect_error(ExitCode::usage_or_input, {"--spikes, character 1: ", "nothing can happen"},
                 [&] { parse_spikes(nothing, "--spikes"); });
  expect_error(ExitCode::usage_or_input, {"this is a number", "a table"}, [] { parse_spikes("0.1", "--spikes"); });
}

}  // namespace
}  // namespace losscast::test
