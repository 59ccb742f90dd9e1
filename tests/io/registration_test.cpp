#include "losscast/io/registration.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "losscast/format/text_file.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;

constexpr ExitCode kInput = ExitCode::usage_or_input;
const std::string kSchedule =
    R"({ family = "two-stage", peak_lr = 3e-3, final_lr = 1e-3, warmup_steps = 100, decay_start = 500, total_steps = 1000, )"
    R"(weight_decay = { steps = [0, 600], values = [0.1, 0.02] } })";

Statistics band(double mean) {
  Statistics out;
  out.mean = mean;
  out.q05 = mean - 0.1;
  out.q50 = mean + 1.0 / 3;
  out.q95 = mean + 0.5;
  out.q999 = std::numeric_limits<double>::quiet_NaN();
  return out;
}

Registration example() {
  return {.model = "adamw",
          .fit = {"fit.json", std::string(64, 'a')},
          .schedule = kSchedule,
          .files = {{"lr.csv", std::string(64, 'b')}},
          .recipe = parse_recipe(kSchedule, "test"),
          .weight_decay = 0.1,
          .observation_noise = 1e-3 / 3,
          .hazard = FittedHazard{.spikes = {.jump_rate = 1e-4 / 3, .critical_lr = 3e-4, .mean_jump = 0.1},
                                 .jumps_from = HazardSource::runs},
          .steps = {100, 550, 1000},
          .bands = {band(4), band(3.5), band(3.1)},
          .extrapolations = {"peak_lr 0.003 above 0.001"},
          .provenance = {.command_line = "losscast predict",
                         .inputs = {"fit.json"},
                         .version = "1.2.3",
                         .revision = "abc",
                         .build = "test",
                         .device = "",
                         .date = "2026-01-31T23:59:59Z"}};
}

TEST(Registration, ReadsBackToTheLastBit) {
  const ScratchFolder folder;
  const std::string checksum = write_registration(folder.path() / "record.json", example());
  EXPECT_EQ(checksum.size(), 64u);
  const ReadRegistration record = read_registration(folder.path() / "record.json");
  EXPECT_EQ(record.sha256, checksum);
  EXPECT_EQ(record.model, "adamw");
  EXPECT_EQ(record.schedule, kSchedule);
  EXPECT_EQ(record.date, "2026-01-31T23:59:59Z");
  EXPECT_EQ(record.version, "1.2.3");
  EXPECT_EQ(record.forecast.total_steps, 1000);
  EXPECT_EQ(record.forecast.observation_noise, 1e-3 / 3);
  ASSERT_TRUE(record.hazard);
  EXPECT_EQ(record.hazard->spikes.jump_rate, 1e-4 / 3);
  EXPECT_EQ(record.hazard->jumps_from, HazardSource::runs);
  ASSERT_EQ(record.forecast.bands.size(), 3u);
  EXPECT_EQ(record.forecast.bands[1].step, 550);
  EXPECT_EQ(record.forecast.bands[1].mean, 3.5);
  EXPECT_EQ(record.forecast.bands[1].q50, 3.5 + 1.0 / 3);
  EXPECT_EQ(record.forecast.bands[2].q05, 3.1 - 0.1);
  EXPECT_EQ(record.forecast.bands[2].q95, 3.1 + 0.5);
}

TEST(Registration, HoldsTheRecipeUpdateByUpdate) {
  const ScratchFolder folder;
  write_registration(folder.path() / "record.json", example());
  const Json json = Json::parse(read_text_file(folder.path() / "record.json"));
  EXPECT_EQ(json["final"], json["bands"][2]);
  EXPECT_TRUE(json["final"]["q999"].is_null());
  EXPECT_EQ(json["fit"]["sha256"], std::string(64, 'a'));
  EXPECT_EQ(json["files"][0]["file"], "lr.csv");
  const Json& recipe = json["recipe"];
  EXPECT_EQ(recipe["total_steps"], 1000);
  EXPECT_EQ(recipe["peak_lr"], 3e-3);
  EXPECT_EQ(recipe["warmup_end"], 100);
  EXPECT_EQ(recipe["lr"].size(), 3u);
  EXPECT_EQ(recipe["lr"][0]["shape"], "linear");
  EXPECT_EQ(recipe["lr"][2]["from"], 1e-3);
  EXPECT_EQ(recipe["weight_decay"], (Json{{"steps", {0, 600}}, {"values", {0.1, 0.02}}}));
  EXPECT_TRUE(recipe["batch"].is_null());
}

TEST(Registration, IsNotWrittenOver) {
  const ScratchFolder folder;
  write_registration(folder.path() / "record.json", example());
  const std::string before = read_text_file(folder.path() / "record.json");
  Registration other = example();
  other.model = "power";
  expect_error(kInput, {"record.json", "something of that name already"},
               [&] { write_registration(folder.path() / "record.json", other); });
  EXPECT_EQ(read_text_file(folder.path() / "record.json"), before);
}

TEST(Registration, TakesNoForecastWithoutABand) {
  const ScratchFolder folder;
  Registration one = example();
  one.bands[1].q95 = std::numeric_limits<double>::infinity();
  expect_error(kInput, {"no band at step 550"}, [&] { write_registration(folder.path() / "record.json", one); });
  EXPECT_TRUE(folder.files().empty());
}

// Every change of the content is seen, one of the layout is none.
TEST(Registration, KnowsWhenItWasChanged) {
  const ScratchFolder folder;
  write_registration(folder.path() / "record.json", example());
  const std::string text = read_text_file(folder.path() / "record.json");
  const std::pair<const char*, const char*> kChanges[] = {{"\"model\": \"adamw\"", "\"model\": \"power\""},
                                                          {"23:59:59Z", "23:59:58Z"},
                                                          {"\"peak_lr\": 0.003", "\"peak_lr\": 0.0031"},
                                                          {"peak_lr 0.003 above 0.001", ""},
                                                          {"\"format\": 1,", "\"format\": 1, \"more\": null,"}};
  for (const auto& [from, to] : kChanges) {
    if (text.find(from) == std::string::npos) {
      ADD_FAILURE() << from << " is not in: " << text;
      continue;
    }
    folder.write("changed.json", std::string(text).replace(text.find(from), std::string(from).size(), to));
    expect_error(kInput, {"changed.json: sha256", "was changed after it was written"},
                 [&] { read_registration(folder.path() / "changed.json"); });
  }
  folder.write("same.json", nlohmann::ordered_json::parse(text).dump());
  EXPECT_EQ(read_registration(folder.path() / "same.json").model, "adamw");
}

TEST(Registration, SaysWhatIsNone) {
  const ScratchFolder folder;
  folder.write("other.json", "{\"format\": 1}");
  expect_error(kInput, {"other.json", "sha256"}, [&] { read_registration(folder.path() / "other.json"); });
  folder.write("other.json", "{\"format\": 2}");
  expect_error(kInput, {"other.json", "format"}, [&] { read_registration(folder.path() / "other.json"); });
  folder.write("other.json", "{");
  expect_error(kInput, {"other.json:1:", "JSON"}, [&] { read_registration(folder.path() / "other.json"); });
  expect_error(kInput, {"absent.json"}, [&] { read_registration(folder.path() / "absent.json"); });
}

TEST(HashedFile, HasTheDigestOfAFilesBytes) {
  const ScratchFolder folder;
  folder.write("a", "abc");
  EXPECT_EQ(hashed_file(folder.path() / "a").sha256,
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  expect_error(kInput, {"/dev/null", "no regular file"}, [] { hashed_file("/dev/null"); });
}

}  // namespace
}  // namespace losscast::test
