#include "losscast/io/provenance.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <regex>

#include "losscast/base/build_info.hpp"

namespace losscast::test {
namespace {

// The text with every digit replaced by 0.
std::string form(std::string text) {
  std::replace_if(
      text.begin(), text.end(), [](unsigned char c) { return std::isdigit(c); }, '0');
  return text;
}

TEST(BuildInfo, SaysWhatWasBuilt) {
  EXPECT_TRUE(std::regex_match(build_info().version, std::regex(R"(\d+\.\d+\.\d+)"))) << build_info().version;
  EXPECT_NE(build_info().build.find(", CUDA O"), std::string::npos) << build_info().build;
}

TEST(BuildInfo, NamesAGitCommitOrNone) {
  const std::string& revision = build_info().revision;
  const std::size_t hash_length = std::min(revision.find_first_not_of("0123456789abcdef"), revision.size());
  const bool is_commit = hash_length == 40 && (revision.size() == 40 || revision.substr(40) == "-dirty");
  EXPECT_TRUE(is_commit || revision == "unknown") << revision;
}

TEST(MakeProvenance, SaysWhatWasRun) {
  const std::vector<const char*> arguments = {"losscast", "predict", "--schedule", "{ family = \"wsd\" }", "it's", ""};
  const std::vector<std::filesystem::path> inputs = {"fits/fit.json"};
  const Provenance provenance = make_provenance(arguments, inputs, "CPU, 2 threads");
  EXPECT_EQ(provenance.command_line, R"(losscast predict --schedule '{ family = "wsd" }' 'it'\''s' '')");
  EXPECT_EQ(provenance.inputs, std::vector<std::string>{"fits/fit.json"});
  EXPECT_EQ(provenance.device, "CPU, 2 threads");
  EXPECT_EQ(provenance.version, build_info().version);
  EXPECT_EQ(provenance.revision, build_info().revision);
  EXPECT_EQ(provenance.build, build_info().build);
  EXPECT_EQ(form(provenance.date), "0000-00-00T00:00:00Z") << provenance.date;
}

}  // namespace
}  // namespace losscast::test
