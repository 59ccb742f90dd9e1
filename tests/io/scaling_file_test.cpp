// A scaling law in its file: what is written reads back the same, and what is damaged is refused.
#include "losscast/io/scaling_file.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast {
namespace {

ScalingFit example() {
  ScalingFit fit;
  fit.law = {.floor = 1.7,
             .log_a = 5.1,
             .alpha = .29,
             .log_b = 6.3,
             .beta = .31,
             .gamma = .6,
             .shape_penalty = .05,
             .best_log_aspect = 3};
  fit.draws = {fit.law, fit.law};
  fit.draws[1].alpha = .3;
  fit.model_scatter = .004;
  fit.smallest_params = 1e8;
  fit.largest_params = 3e9;
  fit.least_tokens = 1e9;
  fit.most_tokens = 1e11;
  fit.models = 7;
  fit.checkpoints = 210;
  fit.shaped = true;
  return fit;
}

TEST(ScalingFile, ReadsBackTheSame) {
  const test::ScratchFolder folder;
  const auto file = folder.path() / "law.json";
  write_scaling_fit(file, example(), {});
  const ScalingFit read = read_scaling_fit(file);
  const ScalingForecast before = forecast(example(), 1e10, 2e11, ModelShape{2048, 30}),
                        after = forecast(read, 1e10, 2e11, ModelShape{2048, 30});
  EXPECT_EQ(before.mean, after.mean);
  EXPECT_EQ(before.deviation, after.deviation);
  EXPECT_EQ(before.size_ratio, after.size_ratio);
  EXPECT_EQ(read.draws.size(), 2u);
  EXPECT_EQ(read.models, 7);
  EXPECT_EQ(read.least_tokens, 1e9);
}

TEST(ScalingFile, RefusesWhatIsDamaged) {
  const test::ScratchFolder folder;
  const auto file = folder.path() / "law.json";
  write_scaling_fit(file, example(), {});
  const std::string good = read_text_file(file);
  const auto refuses = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    ASSERT_NE(text.find(from), std::string::npos) << from;
    text.replace(text.find(from), from.size(), to);
    folder.write("law.json", text);
    EXPECT_THROW(read_scaling_fit(file), InputError) << to;
  };
  refuses("\"kind\": \"scaling\"", "\"kind\": \"fit\"");
  refuses("\"gamma\": 0.6", "\"gamma\": 0");
  refuses("\"alpha\": 0.29", "\"alpha\": -0.29");
  refuses("\"form\": \"joint\"", "\"form\": \"other\"");
  refuses("\"largest_params\": 3000000000", "\"largest_params\": 0");
  refuses("\"draws\": [", "\"draws\": [[1],");
  refuses("\"format\": 1", "\"format\": 2");
  refuses("\"log_a\": 5.1", "\"log_a\": 1e308");
  refuses("\"floor\": 1.7", "\"floor\": 1e308");
  refuses("\"largest_params\": 3000000000", "\"largest_params\": 1e300");
  refuses("\"model_scatter\": 0.004", "\"model_scatter\": -0.004");
}

TEST(ScalingFile, OfAnEarlierVersionDoesNotSayTheFewestTokens) {
  const test::ScratchFolder folder;
  const auto file = folder.path() / "law.json";
  write_scaling_fit(file, example(), {});
  std::string text = read_text_file(file);
  text.erase(text.find("\"least_tokens\""), std::string("\"least_tokens\": 1000000000,").size());
  folder.write("law.json", text);
  EXPECT_EQ(read_scaling_fit(file).least_tokens, 0);
}

}  // namespace
}  // namespace losscast
