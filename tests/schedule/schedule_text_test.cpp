#include "losscast/schedule/schedule_text.hpp"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

TEST(ScheduleText, ReadsBackAsTheSameArguments) {
  const Arguments phase = {{{"family", "constant"}, {"peak_lr", 1e-3}}};
  const Arguments arguments = {{{"family", "wsd"},
                                {"peak_lr", 0.1 + 0.2},
                                {"total_steps", 24000.0},
                                {"steps", std::vector<double>{0.5, 1e-7, 3}},
                                {"empty", std::vector<double>{}},
                                {"phases", std::vector<Arguments>{phase, phase}},
                                {"weight_decay", Stairs{{0, 1000}, {0.1, 0.1 + 0.2}}},
                                {"odd key", "quo\"te\\ \n\x01 \xC3\xA9"}}};
  const std::string text = schedule_text(arguments);
  EXPECT_EQ(text.substr(0, 18), "{ family = \"wsd\", ") << text;
  EXPECT_EQ(text.find('\n'), std::string::npos) << text;

  const Arguments back = parse_schedule_text(text, "--schedule");
  ASSERT_EQ(back.values.size(), arguments.values.size());
  EXPECT_EQ(std::get<double>(back.values.at("peak_lr")), 0.1 + 0.2);
  EXPECT_EQ(std::get<std::vector<double>>(back.values.at("steps")), (std::vector<double>{0.5, 1e-7, 3}));
  EXPECT_TRUE(std::get<std::vector<double>>(back.values.at("empty")).empty());
  EXPECT_EQ(std::get<std::string>(back.values.at("odd key")), std::get<std::string>(arguments.values.at("odd key")));
  EXPECT_EQ(std::get<std::vector<Arguments>>(back.values.at("phases")).size(), 2u);
  EXPECT_EQ(back, arguments);
  EXPECT_EQ(schedule_text(back), text);
}

TEST(ScheduleText, WritesStairsAsATable) {
  EXPECT_EQ(value_text(Stairs{{0, 24000}, {0.1, 3e-4}}), "{ steps = [0, 24000], values = [0.1, 3e-4] }");
}

TEST(ScheduleText, TakesTomlNumbers) {
  const Arguments arguments = parse_schedule_text("{ a = 1_000, b = 3e-4, c = -2, d = 0x10 }", "--schedule");
  EXPECT_EQ(schedule_text(arguments), "{ a = 1000, b = 3e-4, c = -2, d = 16 }");
}

TEST(ScheduleText, ReadsBackAwkwardNumbers) {
  std::vector<double> numbers = {0.0,  5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1 + 0.2, 1e21,
                                 1e22, 1e23};
  for (int power = 50; power <= 70; ++power)  // 2^63 and more are no integers of TOML
    for (const double near : {-1.0, 0.0, 1.0}) {
      const double two_to = std::ldexp(1.0, power);
      numbers.push_back(near == 0 ? two_to : std::nextafter(two_to, near * 1e300));
    }
  for (double ten_to = 1e14; ten_to < 1e24; ten_to *= 10) numbers.push_back(ten_to * 1.2345678901234567);
  for (const double number : std::vector<double>(numbers)) numbers.push_back(-number);
  for (const double number : numbers) {
    const std::string text = schedule_text({{{"a", number}}});
    const Arguments back = parse_schedule_text(text, "--schedule");
    EXPECT_EQ(std::get<double>(back.values.at("a")), number) << text;
    EXPECT_EQ(schedule_text(back), text);
  }
}

struct BadText {
  std::string text;
  std::vector<std::string> parts;
  std::string good;
};

TEST(ScheduleText, LeadsToTheWrongCharacter) {
  const std::vector<BadText> kCases = {
      {"{ family = cosine }", {"character 12", "not valid TOML", "Correct"}, "{ family = \"cosine\" }"},
      {"{ family = \"cosine\"", {"not valid TOML"}, "{ family = \"cosine\" }"},
      {"", {"character 1", "not valid TOML"}, "{}"},
      {"\"cosine\"", {"character 1", "this is text", "a table"}, "{ family = \"cosine\" }"},
      {"{ a = 1 }\nb = 2", {"more than one"}, "{ a = 1, b = 2 }"},
      {"{ a = true }", {"character 7: a: ", "true or false"}, "{ a = 1 }"},
      {"{ a = 1979-05-27 }", {"character 7: a: ", "a date"}, "{ a = 1 }"},
      {"{ a = nan }", {"character 7: a: ", "not finite"}, "{ a = 1 }"},
      {"{ a = \"\" }", {"character 7: a: ", "empty"}, "{ a = \"b\" }"},
      {"{ a = [1, \"b\"] }", {"character 11: a[1]: ", "a number is wanted"}, "{ a = [1, 2] }"},
      {"{ a = [{ b = 1 }, 2] }", {"character 19: a[1]: ", "a table"}, "{ a = [{ b = 1 }, { b = 2 }] }"},
      {"{ a = { b = 1 } }", {"character 7: a: ", "this is a table"}, "{ a = [{ b = 1 }] }"},
      {"{ a = { steps = [0] } }",
       {"character 7: a: ", "\"values\" is missing"},
       "{ a = { steps = [0], values = [1] } }"},
      {"{ a = { values = [1] } }",
       {"character 7: a: ", "\"steps\" is missing"},
       "{ a = { steps = [0], values = [1] } }"},
      {"{ a = { steps = 0, values = [1] } }", {"a.steps: ", "a list"}, "{ a = { steps = [0], values = [1] } }"},
      {"{ a = { steps = [0], values = [\"x\"] } }", {"a.values[0]: "}, "{ a = { steps = [0], values = [1] } }"},
      {"{ a = { steps = [0], value = [1] } }",
       {"a.value: ", "Did you mean \"values\"?"},
       "{ a = { steps = [0], values = [1] } }"},
  };
  for (const BadText& bad : kCases) {
    SCOPED_TRACE(bad.text);
    std::vector<std::string> parts = bad.parts;
    parts.push_back("--schedule");
    expect_error(ExitCode::usage_or_input, parts, [&] { parse_schedule_text(bad.text, "--schedule"); });
    EXPECT_NO_THROW(parse_schedule_text(bad.good, "--schedule"));
  }
}

TEST(ParseSchedule, MakesTheScheduleOrLeadsToTheWrongArgument) {
  const std::string good =
      "{ family = \"cosine\", peak_lr = 3e-4, final_lr = 3e-5, warmup_steps = 10, total_steps = 100 }";
  EXPECT_EQ(parse_schedule(good, "--schedule").total_steps(), 100);
  expect_error(ExitCode::usage_or_input, {"--schedule, character 32: peak_lr: "},
               [&] { parse_schedule(replaced(good, "peak_lr = 3e-4", "peak_lr = -3e-4"), "--schedule"); });
  expect_error(ExitCode::usage_or_input, {"--schedule, character 1: ", "peak_lr"},
               [&] { parse_schedule(replaced(good, "peak_lr = 3e-4, ", ""), "--schedule"); });
}

TEST(ParseRecipe, MakesTheRecipeOrLeadsToTheWrongArgument) {
  const std::string good =
      "{ family = \"constant\", peak_lr = 3e-4, weight_decay = { steps = [0, 50], values = [0.1, 0] }, total_steps = "
      "100 }";
  const Recipe recipe = parse_recipe(good, "--schedule");
  EXPECT_EQ(recipe.weight_decay, StepValues(std::vector<Step>{0, 50}, std::vector{0.1, 0.0}));
  EXPECT_FALSE(recipe.batch);
  expect_error(ExitCode::usage_or_input, {"--schedule, character 65: weight_decay.steps: ", "contains 100"},
               [&] { parse_recipe(replaced(good, "[0, 50]", "[0, 100]"), "--schedule"); });
  expect_error(ExitCode::usage_or_input, {"weight_decay: ", "only the LR"},
               [&] { parse_schedule(good, "--schedule"); });
}

}  // namespace
}  // namespace losscast::test
