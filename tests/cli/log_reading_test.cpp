// How `verify`, `update` and `predict --measured` read the log of a run: as `--read` says.
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <cmath>
#include <numbers>
#include <sstream>

#include "losscast/format/text_file.hpp"
#include "tests/cli/program.hpp"
#include "tests/cli/small_problem.hpp"
#include "tests/format/expect_error.hpp"

namespace losscast::test {
namespace {

using Json = nlohmann::json;

constexpr ExitCode kInput = ExitCode::usage_or_input;
const std::string kRead =
    R"({ columns = { step = "tokens", loss = "train/loss" }, delimiter = ";", skip_empty = true, )"
    R"(loss_unit = "bits", step_unit = "tokens", tokens_per_step = 512 })";

Words with(Words words, const Words& more) {
  words.insert(words.end(), more.begin(), more.end());
  return words;
}

const Words kPredict = {"predict", "fit.json", "--schedule", kWsd, "--paths", "256", "--times", "10"};
const Words kUpdate = {"update", "fit.json", "--schedule", kWsd};

// The small problem, with its WSD run on record, and the same run as another program exports it: in bits by tokens,
// with a row for each evaluation, which has no training loss.
class Exported : public SmallProblem {
 public:
  Exported() {
    run_well(path(), with(kPredict, {"--register", "record.json"}));
    std::istringstream rows(read_text_file(path() / "wsd.csv"));
    std::string row, text = "tokens;train/loss;eval/loss\n";
    std::getline(rows, row);
    while (std::getline(rows, row)) {
      const std::size_t comma = row.find(',');
      const long step = std::stol(row.substr(0, comma));
      text += fmt::format("{};{:.17g};\n{};;3.5\n", 512 * step, std::stod(row.substr(comma + 1)) / std::numbers::ln2,
                          512 * step);
    }
    write("export.csv", text);
  }
};

// Equal but for rounding in losses.
void expect_same(const Json& a, const Json& b, const std::string& place) {
  if (a.is_number_float() && b.is_number_float())
    EXPECT_NEAR(a.get<double>(), b.get<double>(), 1e-9 * (1 + std::abs(a.get<double>()))) << place;
  else if (a.is_structured() && b.is_structured() && a.size() == b.size() && !a.is_array())
    for (const auto& [key, value] : a.items()) expect_same(value, b.at(key), place + "." + key);
  else if (a.is_array() && b.is_array() && a.size() == b.size())
    for (std::size_t i = 0; i < a.size(); ++i) expect_same(a[i], b[i], fmt::format("{}[{}]", place, i));
  else
    EXPECT_EQ(a, b) << place;
}

TEST(ReadFlag, ReadsALogAsAManifestDoes) {
  const Exported folder;
  for (const auto& [plain, exported] :
       {std::pair<Words, Words>{{"verify", "record.json", "wsd.csv"}, {"verify", "record.json", "export.csv"}},
        {with(kUpdate, {"--run", "wsd.csv"}), with(kUpdate, {"--run", "export.csv"})}}) {
    Json expected = run_for_json(folder.path(), plain);
    Json found = run_for_json(folder.path(), with(exported, {"--read", kRead}));
    EXPECT_TRUE(expected.at("notes").empty());
    ASSERT_EQ(found.at("notes").size(), 3u);
    EXPECT_NE(found["notes"][0].get<std::string>().find("46 rows without a step or a loss left out"),
              std::string::npos);
    for (const char* other : {"notes", "provenance", "seconds"}) {
      expected.erase(other);
      found.erase(other);
    }
    expect_same(expected, found, plain.front());
  }
  run_well(folder.path(), with(kPredict, {"--plot", "a.svg", "--measured", "wsd.csv"}));
  run_well(folder.path(), with(kPredict, {"--plot", "b.svg", "--measured", "export.csv", "--read", kRead}));
  EXPECT_EQ(read_text_file(folder.path() / "a.svg"), read_text_file(folder.path() / "b.svg"));
}

TEST(ReadFlag, TakesThePlaceOfMeanOver) {
  const Exported folder;
  const Words verify = {"verify", "record.json", "wsd.csv"};
  const Json by_flag = run_for_json(folder.path(), with(verify, {"--mean-over", "20"}));
  const Json by_key = run_for_json(folder.path(), with(verify, {"--read", "{ point = { mean_over = 20 } }"}));
  EXPECT_EQ(by_flag["last"], by_key["last"]);
  EXPECT_NE(by_flag["last"], run_for_json(folder.path(), verify)["last"]) << "control";
  expect_failure(
      run_losscast(folder.path(), with(verify, {"--read", "{ point = { mean_over = 20 } }", "--mean-over", "20"})),
      kInput, {"--mean-over 20", "--read has the key point too"});
}

// A run may be lost, so losses may be that high: they are taken, with a note.
TEST(ReadFlag, IsNamedWhereLossesMayBePerplexities) {
  const Exported folder;
  folder.write("perplexity.csv", "step,loss\n200,60\n300,50\n400,49\n");
  const Json all = run_for_json(folder.path(), with(kUpdate, {"--run", "perplexity.csv"}));
  ASSERT_EQ(all["notes"].size(), 1u);
  EXPECT_NE(all["notes"][0].get<std::string>().find("--read '{ loss_unit = \"perplexity\" }'"), std::string::npos);
}

// A run that is lost is no empty row, whatever is skipped.
TEST(ReadFlag, LeavesALostRunLost) {
  const Exported folder;
  folder.write("lost.csv", "step,loss,eval\n200,4.0,\n250,,4.1\n300,3.9,\n400,nan,\n");
  const Json all = run_for_json(folder.path(), with(kUpdate, {"--run", "lost.csv", "--read", "{ skip_empty = true }"}));
  EXPECT_EQ(all["alarm"]["reason"], "not-a-number");
  EXPECT_EQ(all["alarm"]["step"], 400);
  EXPECT_EQ(all["notes"].size(), 1u);
}

TEST(ReadFlag, IsNamedWhereItIsTheRemedy) {
  const Exported folder;
  const auto files = folder.files();
  const auto refused = [&](const Words& words, const Words& parts) {
    expect_failure(run_losscast(folder.path(), words), kInput, parts);
  };
  for (const Words& words : {Words{"verify", "record.json", "export.csv"}, with(kUpdate, {"--run", "export.csv"}),
                             with(kPredict, {"--plot", "a.svg", "--measured", "export.csv"})})
    refused(words, {"export.csv", "the column \"step\" is missing", "--read '{ columns = { step = \"",
                    "losscast import LOG --out DIR"});
  folder.write("names.csv", "Step,train/loss\n100,4.0\n");
  refused({"verify", "record.json", "names.csv"},
          {"Add --read '{ columns = { step = \"Step\", loss = \"train/loss\" } }'"});
  folder.write("gaps.csv", "step,loss\n100,4.0\n200,\n");
  refused({"verify", "record.json", "gaps.csv"}, {"gaps.csv:3", "--read '{ skip_empty = true }'"});
  folder.write("again.csv", "step,loss\n100,4.0\n200,3.9\n150,3.95\n");
  refused({"verify", "record.json", "again.csv"}, {"again.csv:4", "--read '{ resume = \"last\" }'"});
  folder.write("perplexity.csv", "step,loss\n100,60\n200,50\n300,49\n");
  refused({"verify", "record.json", "perplexity.csv"}, {"--read '{ loss_unit = \"perplexity\" }'"});
  refused({"verify", "record.json", "wsd.csv", "--read", "{ columnz = 1 }"}, {"--read", "columnz", "columns"});
  refused({"verify", "record.json", "wsd.csv", "--read", "{ step_unit = \"tokens\" }"},
          {"--read", "the tokens of an update are not known"});
  refused(with(kPredict, {"--plot", "a.svg", "--read", "{ skip_empty = true }"}), {"--read", "--measured names one"});
  EXPECT_EQ(folder.files().size(), files.size() + 4);
}

}  // namespace
}  // namespace losscast::test
