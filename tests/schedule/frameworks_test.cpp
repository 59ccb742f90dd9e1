// What docs/schedules.md says of frameworks that count differently: against those frameworks' formulas, and that every
// schedule in the document is one. (frameworks.py compares them with the frameworks themselves.)
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <numbers>

#include "losscast/schedule/schedule_text.hpp"
#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

constexpr double kPeak = 3e-4, kLow = 3e-5;
constexpr double kWarmup = 20, kTotal = 100;  // W and T

double half_cosine(double z) { return (1 + std::cos(std::numbers::pi * z)) / 2; }
double cosine(double z) { return kLow + (kPeak - kLow) * half_cosine(z); }

Values cosine_run(const Values& recipe) {
  return with({{"family", "cosine"}, {"peak_lr", kPeak}, {"final_lr", kLow}, {"total_steps", kTotal}}, recipe);
}

TEST(Frameworks, PyTorchOneCycle) {
  const double start = kPeak / 25;
  const Schedule schedule = make(cosine_run({{"warmup_steps", kWarmup - 1},
                                             {"warmup_start_lr", start},
                                             {"warmup_shape", "cosine"},
                                             {"decay_end", kTotal - 1}}));
  expect_rates(schedule, 100, [=](Step s) {
    const double first_end = kWarmup - 1, last = kTotal - 1, step = double(s);
    return step <= first_end ? start + (kPeak - start) * (1 - half_cosine(step / first_end))
                             : cosine((step - first_end) / (last - first_end));
  });
  EXPECT_EQ(schedule.lr(99), kLow);
}

TEST(Frameworks, HuggingFaceCosineWithMinLrAndWarmupRate) {
  const Values recipe = {
      {"warmup_start_lr", kPeak / kWarmup}, {"warmup_steps", kWarmup - 1}, {"decay_end", kTotal - 1}};
  expect_rates(make(cosine_run(recipe)), 100, [](Step s) {
    const double step = double(s);
    return step < kWarmup ? kPeak * (step + 1) / kWarmup : cosine((step - kWarmup + 1) / (kTotal - kWarmup));
  });
}

TEST(Frameworks, HuggingFaceWsd) {
  const Values run = {{"family", "wsd"},       {"peak_lr", kPeak},        {"final_lr", kLow},
                      {"shape", "cosine"},     {"warmup_steps", kWarmup}, {"decay_start", 70.0},
                      {"total_steps", kTotal}, {"warmup_start_lr", kLow}};
  expect_rates(make(run), 100, [](Step s) {
    const double ratio = kLow / kPeak, step = double(s);
    if (step < kWarmup) return kPeak * (step / kWarmup * (1 - ratio) + ratio);
    return step < 70 ? kPeak : kPeak * (half_cosine((step - 70) / 30) * (1 - ratio) + ratio);
  });
}

TEST(Frameworks, MegatronDecayIterations) {
  for (const double decay_iterations : {80.0, 100.0, 150.0})
    expect_rates(make(cosine_run({{"warmup_steps", kWarmup}, {"decay_end", decay_iterations}})), 100, [=](Step s) {
      const double step = double(s);
      if (step <= kWarmup) return kPeak * step / kWarmup;
      return step > decay_iterations ? kLow : cosine((step - kWarmup) / (decay_iterations - kWarmup));
    });
}

void expect_warm_up(const Values& recipe, const std::function<double(double)>& rise) {
  expect_rates(make(cosine_run(recipe)), 100, [&](Step s) {
    const double step = double(s);
    return step < kWarmup ? kPeak * rise(step) : cosine((step - kWarmup) / (kTotal - kWarmup));
  });
}

TEST(Frameworks, WarmUpsOneStepApart) {
  expect_warm_up({{"warmup_start_lr", kPeak / kWarmup}, {"warmup_steps", kWarmup - 1}, {"decay_start", kWarmup}},
                 [](double s) { return (s + 1) / kWarmup; });
  expect_warm_up({{"warmup_start_lr", kPeak / (kWarmup + 1)}, {"warmup_steps", kWarmup}},
                 [](double s) { return (s + 1) / (kWarmup + 1); });
  expect_warm_up({{"warmup_steps", kWarmup - 1}, {"decay_start", kWarmup}}, [](double s) { return s / (kWarmup - 1); });
}

TEST(Frameworks, EveryTextOfTheDocumentIsASchedule) {
  std::ifstream document(LOSSCAST_TEST_DATA "/../../docs/schedules.md");
  int texts = 0;
  for (std::string line; std::getline(document, line);) {
    const std::size_t begin = line.find("`{ family");
    if (begin == std::string::npos) continue;
    const std::string text = line.substr(begin + 1, line.find('`', begin + 1) - begin - 1);
    EXPECT_GE(parse_recipe(text, "schedules.md").total_steps(), 1000) << text;
    ++texts;
  }
  EXPECT_GE(texts, 40);
}

}  // namespace
}  // namespace losscast::test
