// What is exported to frameworks that know some forms of schedules, against their formulas written as plain loops.
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <numbers>

#include "losscast/base/error.hpp"
#include "losscast/frameworks/export.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;

Recipe recipe(const std::string& text) { return parse_recipe("{ " + text + " }", "test"); }

const std::string kCosine =
    R"(family = "cosine", peak_lr = 3e-4, final_lr = 3e-5, warmup_steps = 20, total_steps = 200)";
const std::string kLinear = R"(family = "linear", peak_lr = 3e-4, warmup_steps = 20, total_steps = 200)";
const std::string kWsd = R"(family = "wsd", peak_lr = 3e-4, warmup_steps = 20, decay_start = 150, total_steps = 200)";

bool says(const Export& made, const std::string& part) { return made.text.find(part) != std::string::npos; }

TEST(HuggingFace, HasACosineWithALowRate) {
  const Export made = hugging_face_export(recipe(kCosine));
  EXPECT_TRUE(made.is_exact()) << made.error;
  EXPECT_EQ(made.form, "cosine_with_min_lr");
  EXPECT_TRUE(says(made, R"("max_steps": 200,)"));
  EXPECT_TRUE(says(made, R"("warmup_steps": 20,)"));
  EXPECT_TRUE(says(made, R"("lr_scheduler_kwargs": {"min_lr":3e-05},)")) << made.text;
}

TEST(HuggingFace, HasTheSimplestFormThatIsExact) {
  const std::pair<std::string, std::string> cases[] = {
      {R"(family = "constant", peak_lr = 1, total_steps = 50)", "constant"},
      {R"(family = "constant", peak_lr = 1, warmup_steps = 9, total_steps = 50)", "constant_with_warmup"},
      {kLinear, "linear"},
      {R"(family = "cosine", peak_lr = 1, warmup_steps = 9, total_steps = 50)", "cosine"},
      {R"(family = "inverse-sqrt", peak_lr = 1, warmup_steps = 9, total_steps = 50)", "inverse_sqrt"},
      {R"(family = "inverse-sqrt", peak_lr = 1, total_steps = 50)", "inverse_sqrt"},
      {R"(family = "polynomial", peak_lr = 1, final_lr = 0.1, exponent = 2, warmup_steps = 9, total_steps = 50)",
       "polynomial"},
      {R"(family = "linear", peak_lr = 1, final_lr = 0.1, warmup_steps = 9, total_steps = 50)", "polynomial"},
      {R"(family = "cosine-restarts", peak_lr = 1, final_lr = 0, restarts = 3, warmup_steps = 9, total_steps = 49)",
       "cosine_with_restarts"},
      {kWsd, "warmup_stable_decay"},
      {kWsd + R"(, shape = "sqrt", warmup_shape = "cosine")", "warmup_stable_decay"},
      // Its decay ends before the run.
      {kWsd + R"(, decay_end = 190)", "warmup_stable_decay"},
      // A step ahead.
      {R"(family = "cosine", peak_lr = 1, final_lr = 0.1, warmup_start_lr = 0.05, warmup_steps = 9, decay_end = 49, )"
       R"(total_steps = 50)",
       "cosine_warmup_with_min_lr"}};
  for (const auto& [text, form] : cases) {
    const Export made = hugging_face_export(recipe(text));
    EXPECT_EQ(made.form, form) << text;
    EXPECT_TRUE(made.is_exact()) << text << ": " << made.error;
  }
}

// Rates alone do not say what the decay goes to.
TEST(HuggingFace, FindsTheLowRateOfATable) {
  const Schedule named = recipe(kCosine).schedule;
  Segment table{0, 200, 0, Shape::table};
  std::vector<double> lrs(200);
  named.fill(0, lrs);
  table.table = std::make_shared<const std::vector<double>>(lrs);
  const Export made = hugging_face_export(Recipe(Schedule({table})));
  EXPECT_EQ(made.form, "cosine_with_min_lr");
  EXPECT_TRUE(made.is_exact()) << made.error;
}

// Its warm-up begins at the low rate, so that a run from 0 to a low rate is not exact: farthest off at step 0.
TEST(HuggingFace, SaysHowFarTheNearestIsOff) {
  const Export made = hugging_face_export(recipe(kWsd + ", final_lr = 3e-6"));
  EXPECT_EQ(made.form, "warmup_stable_decay");
  EXPECT_FALSE(made.is_exact());
  // Either warm-up or end are off: by the low rate of 0.01 of the peak at most.
  EXPECT_GT(made.error, 0.001);
  EXPECT_LE(made.error, 0.01 + 1e-12);
  EXPECT_TRUE(says(made, "# " + closeness_text(made)));
  EXPECT_NE(closeness_text(made).find("off by"), std::string::npos);
}

// A single fall is a decay of one step; of two, one is left.
TEST(HuggingFace, TakesTheNearestForm) {
  const std::string stairs = R"(family = "multi-step", peak_lr = 1, total_steps = 100, milestones = )";
  EXPECT_TRUE(hugging_face_export(recipe(stairs + "[40], factors = [0.9]")).is_exact());
  const Export made = hugging_face_export(recipe(stairs + "[40, 70], factors = [0.9, 0.8]"));
  EXPECT_LE(made.error, 0.1 + 1e-12);
  EXPECT_GT(made.error, 0.01);
}

TEST(Megatron, HasItsStyles) {
  const std::pair<std::string, std::string> cases[] = {
      {R"(family = "constant", peak_lr = 1, warmup_steps = 9, total_steps = 50)", "constant"},
      {kLinear, "linear"},
      {kCosine, "cosine"},
      {kCosine + ", warmup_start_lr = 1e-5", "cosine"},
      {kCosine + ", decay_end = 150", "cosine"},
      {kCosine + ", decay_end = 300", "cosine"},
      {R"(family = "inverse-sqrt", peak_lr = 1, warmup_steps = 9, total_steps = 50)", "inverse-square-root"},
      {kWsd, "WSD with style linear"},
      {kWsd + R"(, shape = "cosine", final_lr = 1e-5)", "WSD with style cosine"},
      {kWsd + R"(, shape = "halving", final_lr = 1e-5)", "WSD with style exponential"},
      {kWsd + R"(, shape = "sqrt")", "WSD with style minus_sqrt"}};
  for (const auto& [text, form] : cases) {
    const Export made = megatron_export(recipe(text));
    EXPECT_EQ(made.form, form) << text;
    EXPECT_TRUE(made.is_exact()) << text << ": " << made.error;
  }
}

TEST(Megatron, IsWrittenAsFlags) {
  const Export made = megatron_export(recipe(kWsd + ", weight_decay = 0.1"));
  for (const char* flag :
       {"--train-iters 200\n", "--lr 3e-4\n", "--min-lr 0\n", "--lr-warmup-iters 20\n", "--lr-decay-iters 200\n",
        "--lr-decay-style WSD\n", "--lr-wsd-decay-style linear\n", "--lr-wsd-decay-iters 50\n", "--weight-decay 0.1\n"})
    EXPECT_TRUE(says(made, flag)) << flag << made.text;
}

TEST(DeepSpeed, HasATriangleInOneCycle) {
  const Export made = deepspeed_export(recipe(kLinear));
  EXPECT_TRUE(made.is_exact()) << made.error;
  const Json scheduler = Json::parse(made.text)["scheduler"];
  EXPECT_EQ(scheduler["type"], "OneCycle");
  EXPECT_EQ(scheduler["params"]["cycle_first_step_size"], 20);
  EXPECT_EQ(scheduler["params"]["cycle_second_step_size"], 180);
}

TEST(DeepSpeed, HasAConstant) {
  const Export made =
      deepspeed_export(recipe(R"(family = "constant", peak_lr = 1, total_steps = 50, weight_decay = 0.2)"));
  EXPECT_TRUE(made.is_exact()) << made.error;
  EXPECT_EQ(Json::parse(made.text)["optimizer"]["params"]["weight_decay"], 0.2);
}

// Its warm-ups are a step behind, and its first update takes the lowest rate twice.
TEST(DeepSpeed, HasAWarmUpAStepBehind) {
  std::string steps = "0, 1", lrs = "0.1, 0.1";
  for (int s = 2; s <= 10; ++s) {
    steps += ", " + std::to_string(s);
    lrs += ", " + std::to_string(s) + "e-1";
  }
  const Export made =
      deepspeed_export(recipe("family = \"knots\", steps = [" + steps + "], lrs = [" + lrs + "], total_steps = 50"));
  EXPECT_EQ(made.form, "WarmupLR");
  EXPECT_TRUE(made.is_exact()) << made.error;
}

TEST(DeepSpeed, SaysHowFarItsCosineIsOff) {
  const Export made = deepspeed_export(recipe(kCosine));
  EXPECT_EQ(made.form, "WarmupCosineLR");
  EXPECT_FALSE(made.is_exact());
  EXPECT_LE(made.error, 1.0 / 20);  // a step of the warm-up
}

TEST(EveryForm, LeavesOutWhatItCannotSay) {
  const Recipe stairs = recipe(
      kCosine +
      ", weight_decay = { steps = [0, 100], values = [0.1, 0.2] }, batch = { steps = [0, 50], values = [10, 20] }");
  for (const auto& make : {hugging_face_export, megatron_export, deepspeed_export}) {
    EXPECT_TRUE(make(recipe(kCosine)).omitted.empty());  // control
    const Export made = make(stairs);
    ASSERT_EQ(made.omitted.size(), 2u);
    EXPECT_NE(made.omitted[0].find("step 100"), std::string::npos);
    EXPECT_NE(made.omitted[1].find("10 tokens at first"), std::string::npos);
  }
}

TEST(EveryForm, RefusesAScheduleOfNothing) {
  const Recipe nothing = recipe(R"(family = "knots", steps = [0], lrs = [0], total_steps = 10)");
  for (const auto& make : {hugging_face_export, megatron_export, deepspeed_export})
    EXPECT_THROW(make(nothing), InputError);
}

// Errors are those of the worst update: of a schedule with one rate that no form has.
TEST(EveryForm, FindsTheWorstUpdate) {
  Segment table{0, 100, 0, Shape::table};
  std::vector<double> lrs(100, 1.0);
  lrs[77] = 0.9;
  table.table = std::make_shared<const std::vector<double>>(lrs);
  for (const auto& make : {megatron_export, deepspeed_export}) {
    const Export made = make(Recipe(Schedule({table})));
    EXPECT_NEAR(made.error, 0.1, 1e-12) << made.form;
    EXPECT_EQ(made.worst_step, 77) << made.form;
  }
}

}  // namespace
}  // namespace losscast::test
