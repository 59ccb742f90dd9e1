#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr ExitCode kInput = ExitCode::usage_or_input;

// A page with the figures of results.json in it.
void expect_reported(const fs::path& folder) {
  const Json results = Json::parse(read_text_file(folder / "results.json"));
  const std::string page = read_text_file(folder / "report.html");
  const Json& best = results.at("best");
  const auto digits = [](const Json& number, const char* format) {
    char text[64];
    std::snprintf(text, sizeof text, format, number.get<double>());
    return std::string(text);
  };
  EXPECT_NE(page.find(digits(best.at("mean"), "%.5f")), std::string::npos);
  EXPECT_NE(page.find(digits(best.at("q05"), "%.5f")), std::string::npos);
  EXPECT_NE(page.find(digits(best.at("q95"), "%.5f")), std::string::npos);
  EXPECT_NE(page.find(best.at("arguments").at("family").get<std::string>()), std::string::npos);
  EXPECT_NE(page.find(results.at("provenance").at("date").get<std::string>()), std::string::npos);
  const auto undecided = results.at("known").at("undecided").get<int>();
  const std::string rivals = undecided > 1 ? "tell " + std::to_string(undecided) + " apart" : "no other is within";
  EXPECT_NE(page.find(rivals), std::string::npos) << rivals;
}

TEST(ReportCommand, WritesAPageBesideTheResults) {
  const SmallProblem folder;
  run_well(folder.path(), {"sweep", "sweep.toml", "--set", "paths=512", "--out", "results"});
  const Outcome outcome = run_well(folder.path(), {"report", "results"});
  EXPECT_EQ(outcome.out, "");
  EXPECT_NE(outcome.err.find("written to results/report.html"), std::string::npos) << outcome.err;
  expect_reported(folder.path() / "results");
  const std::string page = read_text_file(folder.path() / "results" / "report.html");
  run_well(folder.path(), {"report", "results", "--out", "page.html"});
  EXPECT_EQ(read_text_file(folder.path() / "page.html"), page);
  const Json said = run_for_json(folder.path(), {"report", "results"});  // over its own page
  EXPECT_EQ(keys(said), (std::vector<std::string>{"candidates", "kept", "out", "provenance"}));
  EXPECT_EQ(said.at("out"), "results/report.html");
  EXPECT_EQ(said.at("candidates"), 48);
  EXPECT_EQ(read_text_file(folder.path() / "results" / "report.html"), page);
}

TEST(ReportCommand, ReportsARace) {
  const SmallProblem folder;
  run_well(folder.path(), {"sweep", "sweep.toml", "--set", "search.method=\"race\"", "--out", "race"});
  run_well(folder.path(), {"report", "race"});
  const Json results = Json::parse(read_text_file(folder.path() / "race" / "results.json"));
  const std::string page = read_text_file(folder.path() / "race" / "report.html");
  EXPECT_EQ(page.find("Certified:") != std::string::npos, results.at("certificate").at("certified").get<bool>());
  EXPECT_NE(page.find("<th class=\"n\">round</th>"), std::string::npos);
}

TEST(ReportCommand, RefusesWhatIsNoResult) {
  const SmallProblem folder;
  const auto refused = [&](const Words& words, const std::vector<std::string>& said) {
    const auto files = folder.files();
    expect_failure(run_losscast(folder.path(), words), kInput, said);
    EXPECT_EQ(folder.files(), files);
  };
  refused({"report"}, {"DIR"});
  refused({"report", "nowhere"}, {"nowhere", "no such folder"});
  refused({"report", "."}, {"this folder holds no results", "results.json"});
  refused({"report", "fit.json"}, {"fit.json", "this is no folder"});
  run_well(folder.path(), {"sweep", "sweep.toml", "--out", "results"});
  refused({"report", "results", "--out", "-"}, {"- is no name of a file"});
  for (const char* input : {"results.json", "results.csv", "bands.npy"}) {
    const std::string before = read_text_file(folder.path() / "results" / input);
    refused({"report", "results", "--out", "results/" + std::string(input)}, {"an input would be written over"});
    EXPECT_EQ(read_text_file(folder.path() / "results" / input), before);
  }
  folder.write("results/results.json", "{}");
  refused({"report", "results"}, {"results/results.json", "format"});
  EXPECT_FALSE(fs::exists(folder.path() / "results" / "report.html"));
}

}  // namespace
}  // namespace losscast::test
