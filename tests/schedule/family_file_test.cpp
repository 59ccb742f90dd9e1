// The family file.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

// A CSV file of the given content that goes with the test.
class CsvFile {
 public:
  explicit CsvFile(const std::string& content)
      : path_(std::filesystem::path(::testing::TempDir()) / ("losscast_lr_" + std::to_string(::getpid()) + ".csv")) {
    std::ofstream(path_) << content;
  }
  ~CsvFile() { std::filesystem::remove(path_); }
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;

  Values schedule() const { return {{"family", "file"}, {"path", path_.string()}}; }

 private:
  std::filesystem::path path_;
};

void expect_file_refused(const std::string& content, const std::string& part) {
  const CsvFile file(content);
  expect_refused(file.schedule(), "path", part);
}

TEST(File, TakesARateAStep) {
  const CsvFile file("step,lr\n0,0\n1,1e-4\n2,3e-4\n3,2e-4\n");
  const std::vector<double> rates = {0, 1e-4, 3e-4, 2e-4};
  const Schedule schedule = make(file.schedule());
  ASSERT_EQ(schedule.total_steps(), 4);
  for (Step s = 0; s < 4; ++s) EXPECT_EQ(schedule.lr(s), rates[static_cast<std::size_t>(s)]);
  EXPECT_EQ(schedule.peak_lr(), 3e-4);
}

TEST(File, DrawsLinesBetweenRowsApart) {
  const CsvFile file("loss,lr,step\nn/a,1e-4,0\n,3e-4,4\n,0,14\n");  // other columns are ignored
  expect_rates(make(file.schedule()), 15,
               [](Step s) { return s < 4 ? 1e-4 + 2e-4 * double(s) / 4 : 3e-4 * (1 - double(s - 4) / 10); });
}

TEST(File, MayBeCutShort) {
  const CsvFile file("step,lr\n0,1\n1,2\n2,3\n");
  EXPECT_EQ(make(with(file.schedule(), {{"total_steps", 2.0}})).total_steps(), 2);
  EXPECT_EQ(make(with(file.schedule(), {{"total_steps", 3.0}})).total_steps(), 3);
  expect_refused(with(file.schedule(), {{"total_steps", 4.0}}), "total_steps", "beyond the file");
}

TEST(File, RefusesRowsOutOfOrder) {
  expect_file_refused("step,lr\n1,1e-4\n", ":2:1: step: the first row is not of step 0");
  expect_file_refused("step,lr\n0,1e-4\n0,1e-4\n", "step 0 follows step 0");
  expect_file_refused("step,lr\n0,1e-4\n5,1e-4\n3,1e-4\n", ":4:1: step: step 3 follows step 5");
}

TEST(File, RefusesValuesThatAreNone) {
  expect_file_refused("step,lr\n0,fast\n", "not a number");
  expect_file_refused("step,lr\n0,nan\n", "not a finite number");
  expect_file_refused("step,lr\n0,-1e-4\n", "negative");
  expect_file_refused("step,lr\n0,1e-4\n1.5,1e-4\n", "not a whole number");
  expect_file_refused("step,lr\n0,1e-4\n1e15,1e-4\n", "too large");
}

TEST(File, RefusesFilesWithoutRates) {
  expect_file_refused("", "empty");
  expect_file_refused("step,lr\n", "no rows");
  expect_file_refused("step,rate\n0,1e-4\n", "\"lr\" is missing");
  expect_refused({{"family", "file"}, {"path", "/nowhere/rates.csv"}}, "path", "/nowhere/rates.csv");
  expect_refused({{"family", "file"}}, "path", "missing");
}

}  // namespace
}  // namespace losscast::test
