#include "losscast/io/curve_csv.hpp"

#include <gtest/gtest.h>

#include "tests/format/expect_error.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

using Points = std::vector<std::pair<Step, double>>;

constexpr Step kTotalSteps = 400;

Points read(std::string_view content, CurveCsvOptions options = {}) {
  const ScratchFolder folder;
  options.total_steps = kTotalSteps;
  options.keys = KeysIn::manifest;
  Points points;
  for (const CurvePoint& point : read_curve_csv(folder.write("curve.csv", content), options).points)
    points.emplace_back(point.step, point.loss);
  return points;
}

TEST(ReadCurveCsv, ReadsStepAndLossWhereverTheyStand) {
  const Points wanted = {{100, 3.5}, {200, 3.25}};
  EXPECT_EQ(read("step,loss\n100,3.5\n200,3.25\n"), wanted);
  EXPECT_EQ(read("lr,loss,note,step\n1e-3,3.5,text,100\n,3.25,,200\n"), wanted) << "other columns may hold anything";
  EXPECT_EQ(read("\xEF\xBB\xBFstep,loss\r\n100,3.5\r\n200,3.25\r\n\r\n\n"), wanted) << "byte-order mark, CRLF, blanks";
  EXPECT_EQ(read("step , loss\n 100,\t3.5\n200.0,325e-2"), wanted) << "spaces, no newline at the end";
  EXPECT_EQ(read("step,loss\n0,9.0\n400,2.5\n"), (Points{{0, 9.0}, {400, 2.5}})) << "both ends of the schedule";
}

Points with_resume(Resume resume, std::string_view content) { return read(content, {.resume = resume}); }

TEST(ReadCurveCsv, KeepsTheBranchThatGoesOn) {
  const auto last = [](std::string_view rows) { return with_resume(Resume::last, "step,loss\n" + std::string(rows)); };
  EXPECT_EQ(last("100,5\n200,4\n300,3\n150,6\n250,7\n350,8\n"), (Points{{100, 5}, {150, 6}, {250, 7}, {350, 8}}))
      << "another grid";
  EXPECT_EQ(last("100,5\n200,4\n300,3\n150,6\n"), (Points{{100, 5}, {150, 6}}))
      << "the rerun is still behind the place of the abandonment";
  EXPECT_EQ(last("100,5\n200,4\n300,3\n200,6\n300,7\n250,8\n350,9\n"), (Points{{100, 5}, {200, 6}, {250, 8}, {350, 9}}))
      << "resumed twice";
  EXPECT_EQ(last("100,5\n100,4\n200,3\n200,2\n"), (Points{{100, 4}, {200, 2}})) << "each row twice";
  EXPECT_EQ(last("100,5\n200,4\n50,6\n"), (Points{{50, 6}})) << "from before the first row";
  EXPECT_EQ(last("100,5\n200,nan\n300,inf\n150,6\n250,5\n"), (Points{{100, 5}, {150, 6}, {250, 5}}))
      << "an abandoned branch may be lost";
}

TEST(ReadCurveCsv, KeepsTheBranchThatCameFirst) {
  const auto first = [](std::string_view rows) {
    return with_resume(Resume::first, "step,loss\n" + std::string(rows));
  };
  EXPECT_EQ(first("100,5\n200,4\n300,3\n150,6\n250,7\n350,8\n"), (Points{{100, 5}, {200, 4}, {300, 3}, {350, 8}}));
  EXPECT_EQ(first("100,5\n100,4\n200,3\n200,2\n"), (Points{{100, 5}, {200, 3}}));
  EXPECT_EQ(first("100,5\n200,4\n150,nan\n250,5\n"), (Points{{100, 5}, {200, 4}, {250, 5}}));
}

TEST(ReadCurveCsv, RefusesALostLossOfTheBranchThatIsKept) {
  expect_error(ExitCode::usage_or_input, {"curve.csv:5:5: loss: ", "nan is not a finite number"},
               [] { with_resume(Resume::last, "step,loss\n100,5\n200,4\n150,6\n250,nan\n"); });
  expect_error(ExitCode::usage_or_input, {"curve.csv:3:5: loss: ", "nan is not a finite number"},
               [] { with_resume(Resume::first, "step,loss\n100,5\n200,nan\n150,6\n"); });
}

TEST(ReadCurveCsv, KeepsOnePointAStepOfAResumedRun) {
  const std::string resumed = "step,loss\n100,3.5\n200,3.2\n300,3.0\n200,3.3\n300,3.1\n400,2.9\n";
  EXPECT_EQ(read(resumed, {.resume = Resume::first}), (Points{{100, 3.5}, {200, 3.2}, {300, 3.0}, {400, 2.9}}));
  EXPECT_EQ(read(resumed, {.resume = Resume::last}), (Points{{100, 3.5}, {200, 3.3}, {300, 3.1}, {400, 2.9}}));
}

RunLog read_log(std::string_view content) {
  const ScratchFolder folder;
  return read_run_log(folder.write("run.csv", content), {.total_steps = kTotalSteps});
}

TEST(ReadRunLog, SaysWhereThereIsNoLoss) {
  const RunLog good = read_log("step,loss\n100,3.5\n200,3.25\n");
  EXPECT_EQ(good.points.size(), 2u);
  EXPECT_FALSE(good.lost);
  for (const std::string lost : {"nan", "NaN", "inf", "-inf"}) {
    const RunLog log = read_log("step,loss\n100,3.5\n200," + lost + "\n300,nan\n400,9\n");
    ASSERT_EQ(log.points.size(), 2u) << lost;
    EXPECT_EQ(log.points.back().step, 400) << lost;
    EXPECT_EQ(log.lost, Step{200}) << lost;
  }
  EXPECT_TRUE(read_log("step,loss\n100,nan\n").points.empty());
}

TEST(ReadRunLog, RefusesWhatIsNoLog) {
  const auto refused = [](std::string_view content, const std::vector<std::string>& parts) {
    expect_error(ExitCode::usage_or_input, parts, [&] { read_log(content); });
  };
  refused("step,loss\n100,3.5\n500,3.25\n", {"run.csv:3", "step 500 is past the end of the schedule"});
  refused("step,loss\n200,3.5\n100,nan\n", {"run.csv:3", "steps must ascend"});
  refused("step,loss\n100,-1\n", {"run.csv:2", "not positive"});
  refused("step,loss\n100,none\n", {"run.csv:2", "not a number"});
  refused("step,loss\n", {"run.csv", "no row below the header"});
}

TEST(ReadCurveCsv, LeavesOutPointsFromStepsBelowOn) {
  const std::string diverged = "step,loss\n100,3.5\n200,3.2\n300,nan\n500,7.0\n";
  EXPECT_EQ(read(diverged, {.steps_below = 300}), (Points{{100, 3.5}, {200, 3.2}}));
}

struct BadCsv {
  std::string content;
  std::vector<std::string> parts;  // of the message
  std::string good;                // the same file put right
};

const std::vector<BadCsv> kBadCsvs = {
    {"", {":1: ", "empty", "Check"}, "step,loss\n100,3.5\n"},
    {"\n \r\n", {"empty"}, "\n \r\nstep,loss\n100,3.5\n"},
    {"step,loss\n\n", {"no row below the header"}, "step,loss\n\n100,3.5\n"},
    {"step,los\n100,3.5\n",
     {":1: ", "\"loss\" is missing", "step, los", "columns = { step = \"step\", loss = \"los\" }"},
     "step,loss\n100,3.5\n"},
    {"step:loss\n100:3.5\n", {":1: ", "\"step\" is missing", "step:loss", "delimiter ="}, "step;loss\n100;3.5\n"},
    {"step,loss,loss\n100,3.5,3.6\n", {"\"loss\" is there twice", "Rename"}, "step,loss,val\n100,3.5,3.6\n"},
    {"step,loss\n100,3.5\n200,high\n",
     {":3:5: loss: ", "\"high\" is not a number", "remove"},
     "step,loss\n100,3.5\n200,3\n"},
    {"step,loss\nten,3.5\n", {":2:1: step: ", "\"ten\" is not a number"}, "step,loss\n10,3.5\n"},
    {"step,loss\n100,3,5\n", {":2:5: loss: ", "3 values", "2 columns"}, "step,loss\n100,3.5\n"},
    {"step,lr,loss\n100,1e-3\n", {":2:5: lr: ", "2 values", "3 columns"}, "step,lr,loss\n100,1e-3,3.5\n"},
    {"step,loss\n100,\n", {":2:5: loss: ", "missing", "Fill it in"}, "step,loss\n100,3.5\n"},
    {"step,loss\n100,nan\n", {":2:5: loss: ", "nan is not a finite number", "Remove the row"}, "step,loss\n100,3.5\n"},
    {"step,loss\n100,inf\n", {":2:5: loss: ", "inf is not a finite number"}, "step,loss\n100,3.5\n"},
    {"step,loss\n100,1e999\n", {":2:5: loss: ", "\"1e999\" is not a number"}, "step,loss\n100,1e0\n"},
    {"step,loss\n100,0\n", {":2:5: loss: ", "0 is not positive"}, "step,loss\n100,1e-9\n"},
    {"step,loss\n100,-3.5\n", {":2:5: loss: ", "-3.5 is not positive"}, "step,loss\n100,3.5\n"},
    {"step,loss\n-1,3.5\n", {":2:1: step: ", "-1 is negative"}, "step,loss\n0,3.5\n"},
    {"step,loss\n1.5,3.5\n", {":2:1: step: ", "1.5 is not a whole number"}, "step,loss\n1.0,3.5\n"},
    {"step,loss\n1e300,3.5\n", {":2:1: step: ", "1e300 is not a whole number"}, "step,loss\n1e2,3.5\n"},
    {"step,loss\n401,3.5\n",
     {":2:1: step: ", "401 is past the end", "total_steps = 400", "steps_below = 401"},
     "step,loss\n400,3.5\n"},
    {"step,loss\n200,3.5\n100,3.6\n",
     {":3:1: step: ", "step 100 comes after step 200", "resume = \"first\""},
     "step,loss\n200,3.5\n300,3.6\n"},
    {"step,loss\n200,3.5\n200,3.6\n",
     {":3:1: step: ", "step 200 is there twice", "resume = \"first\""},
     "step,loss\n200,3.5\n201,3.6\n"},
};

TEST(ReadCurveCsv, LeadsToTheWrongCharacter) {
  for (const BadCsv& bad : kBadCsvs) {
    SCOPED_TRACE(bad.content);
    const ScratchFolder folder;
    const auto file = folder.write("curve.csv", bad.content);
    std::vector<std::string> parts = bad.parts;
    parts.push_back(file.string());
    expect_error(ExitCode::usage_or_input, parts,
                 [&] { read_curve_csv(file, {.total_steps = kTotalSteps, .keys = KeysIn::manifest}); });
    EXPECT_EQ(folder.files(), std::set<std::string>{"curve.csv"});
    EXPECT_NO_THROW(read(bad.good));
  }
}

TEST(ReadCurveCsv, NeedsAPointBelowStepsBelow) {
  const std::string content = "step,loss\n100,3.5\n";
  expect_error(ExitCode::usage_or_input, {"curve.csv", "no point is left", "steps_below = 100", "Raise"},
               [&] { read(content, {.steps_below = 100}); });
  EXPECT_EQ(read(content, {.steps_below = 101}).size(), 1u);
}

// Without a manifest no remedy names one of its keys.
TEST(ReadCurveCsv, SpeaksOfAManifestOnlyWhereThereIsOne) {
  const ScratchFolder folder;
  for (const char* content : {"Step,Value\n1,2\n", "step,loss\n200,3\n100,4\n", "step,loss\n500,3\n", "step,loss\n1,\n",
                              "a b\n1\n", "a,b\n1,2\n"}) {
    const auto file = folder.write("curve.csv", content);
    try {
      read_curve_csv(file, {.total_steps = kTotalSteps});
      ADD_FAILURE() << content;
    } catch (const InputError& error) {
      for (const char* word : {"manifest", "columns =", "skip_empty", "resume", "steps_below", "delimiter"})
        EXPECT_EQ(std::string(error.what()).find(word), std::string::npos) << error.what();
    }
  }
}

TEST(ReadCurveCsv, NeedsTheFile) {
  const ScratchFolder folder;
  expect_error(ExitCode::usage_or_input, {"missing.csv", "no such file"},
               [&] { read_curve_csv(folder.path() / "missing.csv", {.total_steps = kTotalSteps}); });
}

}  // namespace
}  // namespace losscast::test
