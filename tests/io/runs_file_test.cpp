// The laws of finished runs in their file: what is written reads back the same, and what is damaged is refused.
#include "losscast/io/runs_file.hpp"

#include <gtest/gtest.h>

#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"
#include "tests/format/scratch_folder.hpp"
#include "tests/scaling/synthetic_runs.hpp"

namespace losscast {
namespace {

RunsFit example() {
  RunsFit fit;
  fit.divergence = RunDivergenceLaw{.mode = test::kTrueDivergence, .draws = {2, test::kTrueDivergence}, .cost = 60};
  fit.divergence->draws[1].weights[0] = -13;
  fit.peak = test::kTruePeak;
  fit.loss = test::kTrueLoss;
  fit.loss.offsets = {{2e10, 1048576, .05}};
  fit.params = {1e8, 8e8};
  fit.tokens = {5e9, 8e10};
  fit.batch = {65536, 2097152};
  fit.runs = 600;
  fit.loss_error = .006;
  fit.held_out_error = .011;
  return fit;
}

TEST(RunsFile, ReadsBackTheSame) {
  const test::ScratchFolder folder;
  write_runs_fit(folder.path() / "runs.json", example(), {});
  const RunsFit read = read_runs_fit(folder.path() / "runs.json");
  const PeakAdvice before = advise(example(), 1e9, 2e10, 1048576), after = advise(read, 1e9, 2e10, 1048576);
  EXPECT_EQ(before.setting.peak_lr, after.setting.peak_lr);
  EXPECT_EQ(before.divergence, after.divergence);
  EXPECT_EQ(before.lr_of_10_percent, after.lr_of_10_percent);
  EXPECT_EQ(before.smoothed_loss, after.smoothed_loss);
  EXPECT_EQ(after.last_batch_offset, .05);
  EXPECT_EQ(after.error, .011);
  EXPECT_EQ(advise(example(), 1e9, 2e10).setting.batch, advise(read, 1e9, 2e10).setting.batch);
}

TEST(RunsFile, MayHaveNoClassifierAndNoScore) {
  const test::ScratchFolder folder;
  RunsFit fit = example();
  fit.divergence.reset();
  fit.held_out_error.reset();
  write_runs_fit(folder.path() / "runs.json", fit, {});
  const RunsFit read = read_runs_fit(folder.path() / "runs.json");
  EXPECT_FALSE(read.divergence || read.held_out_error);
}

TEST(RunsFile, RefusesWhatIsDamaged) {
  const test::ScratchFolder folder;
  const auto file = folder.path() / "runs.json";
  write_runs_fit(file, example(), {});
  const std::string good = read_text_file(file);
  const auto refuses = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    ASSERT_NE(text.find(from), std::string::npos) << from;
    text.replace(text.find(from), from.size(), to);
    folder.write("runs.json", text);
    EXPECT_THROW(read_runs_fit(file), InputError) << to;
  };
  refuses("\"kind\": \"runs\"", "\"kind\": \"scaling\"");
  refuses("\"format\": 1", "\"format\": 2");
  refuses("\"params\": [100000000, ", "\"params\": [-1, ");
  refuses("\"tokens\": [5000000000, ", "\"tokens\": [9e10, ");
  refuses("\"mode\": [-12, 14, ", "\"mode\": [-12, -14, ");
  refuses("\"mode\": [-12, ", "\"mode\": [");
  refuses("\"peak\": [-5.9, ", "\"peak\": [");
  refuses("\"floor\": ", "\"flour\": ");
  refuses("\"hot_exponent\": 2.2", "\"hot_exponent\": 1e308");
  refuses("\"peak\": [-5.9, ", "\"peak\": [1e308, ");
  refuses("\"batch\": [65536, ", "\"batch\": [1e-300, ");
  refuses("\"loss_error\": 0.006", "\"loss_error\": -1");
  refuses("\"held_out_error\": 0.011", "\"held_out_error\": -3");
  refuses("\"runs\": 600", "\"runs\": -600");
  refuses("\"mode\": [-12, ", "\"mode\": [-1e308, ");
}

}  // namespace
}  // namespace losscast
