// `losscast stability` as a user runs it.
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

}  // namespace
}  // namespace losscast::test
