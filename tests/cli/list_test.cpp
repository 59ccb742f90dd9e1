#include <gtest/gtest.h>

#include "losscast/base/build_info.hpp"
#include "losscast/model/model.hpp"
#include "losscast/schedule/families.hpp"
#include "tests/cli/program.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;
using Names = std::vector<std::string>;

TEST(List, ShowsEveryModelWithItsParameters) {
  const ScratchFolder folder;
  const Json listed = run_for_json(folder.path(), {"list", "models"})["models"];
  const std::string text = run_well(folder.path(), {"list", "models"}).out;
  ASSERT_EQ(listed.size(), models().size());
  for (std::size_t m = 0; m < models().size(); ++m) {
    const SdeModel& model = *models()[m];
    EXPECT_EQ(listed[m]["name"], model.name());
    ASSERT_EQ(listed[m]["parameters"].size(), model.parameters().size());
    for (std::size_t p = 0; p < model.parameters().size(); ++p) {
      const Json& parameter = listed[m]["parameters"][p];
      EXPECT_EQ(keys(parameter), (Names{"lower", "meaning", "name", "prior", "scale", "unit", "upper"}));
      EXPECT_EQ(parameter["name"], model.parameters()[p].name);
      EXPECT_EQ(parameter["upper"], model.parameters()[p].upper);
      EXPECT_NE(text.find(model.parameters()[p].meaning), std::string::npos);
    }
  }
}

TEST(List, ShowsEveryFamilyWithItsArguments) {
  const ScratchFolder folder;
  const Json listed = run_for_json(folder.path(), {"list", "families"})["families"];
  const std::string text = run_well(folder.path(), {"list", "families"}).out;
  ASSERT_EQ(listed.size(), families().size());
  for (std::size_t f = 0; f < families().size(); ++f) {
    const Family& family = families()[f];
    EXPECT_EQ(listed[f]["name"], family.name);
    EXPECT_NE(text.find(family.summary), std::string::npos);
    ASSERT_EQ(listed[f]["arguments"].size(), family.arguments.size());
    for (std::size_t a = 0; a < family.arguments.size(); ++a) {
      const Json& argument = listed[f]["arguments"][a];
      EXPECT_EQ(keys(argument), (Names{"choices", "default", "kind", "meaning", "name"}));
      EXPECT_EQ(argument["name"], family.arguments[a].name);
    }
  }
}

TEST(List, ShowsTheObjectives) {
  const ScratchFolder folder;
  EXPECT_EQ(run_for_json(folder.path(), {"list", "objectives"})["objectives"][0]["name"], "mean");
}

TEST(Version, SaysWhatTheProgramIs) {
  const ScratchFolder folder;
  const Json version = run_for_json(folder.path(), {"version"});
  EXPECT_EQ(keys(version), (Names{"build", "gpu", "gpu_problem", "gpus", "instruction_set", "revision", "version"}));
  EXPECT_EQ(version["version"], build_info().version);
  EXPECT_NE(version["gpu"].is_null(), version["gpu_problem"].is_null());
  const std::string text = run_well(folder.path(), {"version"}).out;
  EXPECT_TRUE(text.starts_with("losscast " + build_info().version)) << text;
  EXPECT_EQ(run_well(folder.path(), {"--version"}).out, text);
}

}  // namespace
}  // namespace losscast::test
