// `losscast stability` and `losscast hazard` as a user runs them.
#include <gtest/gtest.h>

#include <cmath>

#include "tests/cli/program.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;

const std::string kExamples = LOSSCAST_EXAMPLES "/stability/";

TEST(StabilityCommand, GivesBoundsConditionsAndTheCeilingOfEveryExample) {
  const ScratchFolder folder;
  const struct {
    const char* file;
    double first;
    std::size_t layers;
  } examples[] = {{"350m.toml", 27.3, 24}, {"1.7b.toml", 40.4, 24}, {"13b.toml", 46.5, 40}};
  for (const auto& example : examples) {
    const Json found =
        run_for_json(folder.path(), {"stability", kExamples + example.file, "--draws", "1", "--critical-lr", "0.01"});
    const Json& ffn = found["bounds"]["ffn"];
    ASSERT_EQ(ffn.size(), example.layers);
    EXPECT_EQ(found["bounds"]["attention"].size(), example.layers);
    EXPECT_EQ(found["measured"]["ffn"].size(), example.layers);
    EXPECT_NEAR(ffn[0].get<double>(), example.first, 0.02 * example.first);
    EXPECT_NEAR(found["lr_ceiling"].get<double>(), 0.01 / ffn[0].get<double>(), 1e-12);
    EXPECT_TRUE(found["conditions"]["small_sublayers"]["passes"].get<bool>());
    EXPECT_FALSE(found["conditions"]["large_shortcut"]["passes"].get<bool>());
    EXPECT_GT(found["changes"][0]["lr_ceiling"], found["lr_ceiling"]);
  }
  const Outcome text = run_well(folder.path(), {"stability", kExamples + "350m.toml", "--draws", "1"});
  for (const char* part : {"27.29", "large shortcut: 0.0198, at least 0.5: fails, by a factor of 25.3", "LR ceiling"})
    EXPECT_NE(text.out.find(part), std::string::npos) << part << "\n" << text.out;
}

TEST(StabilityCommand, ForetellsAnArchitectureFromOutcomesOfOthers) {
  const ScratchFolder folder;
  const auto p_spike = [&](const std::string& lr) {
    return run_for_json(folder.path(),
                        {"stability", kExamples + "13b.toml", "--draws", "1", "--outcomes", kExamples + "outcomes.csv",
                         "--peak-lr", lr, "--steps", "50000"})["forecast"]["p_spike"]
        .get<double>();
  };
  EXPECT_GT(p_spike("3e-4"), 0.9);
  EXPECT_LT(p_spike("1e-4"), 0.5);
}

TEST(StabilityCommand, RefusesWhatCannotBeBuilt) {
  const ScratchFolder folder;
  const auto fails = [&](const std::string& text, const std::vector<std::string>& parts) {
    folder.write("arch.toml", text);
    expect_failure(run_losscast(folder.path(), {"stability", "arch.toml"}), ExitCode::usage_or_input, parts);
  };
  const std::string rest = "heads = 4\n";
  fails("format = 1\nlayers = 2\nd_model = 30\n" + rest, {"arch.toml:4", "no multiple of heads = 4"});
  fails("format = 1\nlayers = 0\nd_model = 32\n" + rest, {"arch.toml:2", "layers is 0"});
  fails("format = 1\nlayers = 2\nd_model = 0\n" + rest, {"arch.toml:3", "d_model is 0"});
  fails("format = 1\nlayers = 2\nd_model = 1\nheads = 1\n", {"arch.toml:3", "d_model is 1"});
  fails("format = 1\nlayers = 2\nd_model = 32\nembedding_deviation = 1e300\n" + rest,
        {"arch.toml:4", "embedding_deviation is 1e+300"});
  fails("format = 1\nlayers = 2\nd_model = 99999999999\n" + rest, {"arch.toml:3", "beyond all counts"});
  fails("format = 1\nlayers = 2\nd_model = 32\ninitialisation = \"xaver\"\n" + rest,
        {"arch.toml:4", "no initialisation \"xaver\"", "Did you mean \"xavier\"?"});
  fails("format = 1\nlayers = 2\nd_model = 32\nwidth = 1\n" + rest, {"width"});
  const auto flags_fail = [&](const Words& words, const std::vector<std::string>& parts) {
    Words all = {"stability", kExamples + "350m.toml"};
    all.insert(all.end(), words.begin(), words.end());
    expect_failure(run_losscast(folder.path(), all), ExitCode::usage_or_input, parts);
  };
  flags_fail({"--critical-lr", "0"}, {"--critical-lr 0"});
  flags_fail({"--peak-lr", "1e-3"}, {"--peak-lr", "Add --outcomes"});
  flags_fail({"--outcomes", kExamples + "outcomes.csv", "--steps", "10"}, {"--peak-lr is missing"});
  folder.write("arch.toml", "format = 1\nlayers = 2\nd_model = 32\n" + rest);
  folder.write("all.csv", "architecture,peak_lr,steps,spiked\narch.toml,1e-3,100,no\n");
  flags_fail({"--outcomes", "all.csv", "--peak-lr", "1e-3", "--steps", "10"}, {"all.csv", "no run spiked"});
  folder.write("bad.csv", "architecture,peak_lr,steps,spiked\narch.toml,1e-3,100,maybe\n");
  flags_fail({"--outcomes", "bad.csv", "--peak-lr", "1e-3", "--steps", "10"}, {"bad.csv:2", "neither yes nor no"});
}

// Two runs of 2,000 steps logged every 10, the one at the higher LR with three spikes.
void write_runs(const ScratchFolder& folder) {
  std::string calm = "step,loss,norm\n", spiked = calm;
  for (int step = 10; step <= 2000; step += 10) {
    const double loss = 3 + 1 / std::sqrt(step) + 0.001 * ((step / 10) * 7 % 11 - 5);
    double extra = 0;
    for (const int at : {500, 1000, 1500})
      if (step >= at) extra += 0.5 * std::exp(-(step - at) / 30.0);
    calm += std::to_string(step) + "," + std::to_string(loss) + ",1\n";
    spiked += std::to_string(step) + "," + std::to_string(loss + extra) + "," + std::to_string(1 + 20 * extra) + "\n";
  }
  folder.write("calm.csv", calm);
  folder.write("spiked.csv", spiked);
  std::string manifest = "format = 1\n";
  for (const auto& [name, lr] : {std::pair{"calm", "1e-3"}, {"spiked", "2e-3"}})
    manifest += std::string("[[curve]]\nname = \"") + name + "\"\nfile = \"" + name +
                ".csv\"\nschedule = { family = \"constant\", peak_lr = " + lr + ", total_steps = 2000 }\n";
  folder.write("runs.toml", manifest);
}

TEST(HazardCommand, FindsSpikesAndTheirRate) {
  const ScratchFolder folder;
  write_runs(folder);
  const Json losses = run_for_json(folder.path(), {"hazard", "runs.toml"});
  EXPECT_EQ(losses["runs"][0]["spikes"].size(), 0u);
  ASSERT_EQ(losses["runs"][1]["spikes"].size(), 3u);
  EXPECT_EQ(losses["runs"][1]["spikes"][0]["peak"], 500);
  EXPECT_NEAR(losses["jumps"]["mean_jump"].get<double>(), 0.5, 0.03);
  EXPECT_NEAR(losses["jumps"]["critical_lr"].get<double>(), 2e-3, 1e-9);
  EXPECT_NEAR(losses["jumps"]["jump_rate"].get<double>(), 3.0 / 2000, 1e-3);
  const Json norms = run_for_json(folder.path(), {"hazard", "runs.toml", "--norms", "norm"});
  EXPECT_EQ(norms["runs"][1]["spikes"].size(), 3u);
  EXPECT_TRUE(norms["jumps"].is_null());
  // What it prints is what --spikes reads.
  const Outcome text = run_well(folder.path(), {"hazard", "runs.toml"});
  EXPECT_NE(text.out.find("spikes = { jump_rate = "), std::string::npos) << text.out;
}

TEST(HazardCommand, RefusesRunsThatTellNoRate) {
  const ScratchFolder folder;
  write_runs(folder);
  folder.write("spiked.csv", "step,loss,norm\n10,3,1\n20,2.9,1\n30,2.8,1\n");
  expect_failure(run_losscast(folder.path(), {"hazard", "runs.toml"}), ExitCode::usage_or_input,
                 {"runs.toml", "no run has a spike"});
  expect_failure(run_losscast(folder.path(), {"hazard", "runs.toml", "--norms", "grad"}), ExitCode::usage_or_input,
                 {"grad"});
}

}  // namespace
}  // namespace losscast::test
