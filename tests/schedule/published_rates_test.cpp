// Schedules against the learning rates that real runs logged. Both collections log, at step s, the LR of update s: the
// one that comes next, after the s updates of which the loss is the result. In one of them the cosine runs come from
// PyTorch's OneCycleLR, which is a step ahead: it reaches the peak at update W - 1 and the low rate at update T - 1.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "losscast/format/csv_reader.hpp"
#include "tests/schedule/make.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Row = std::map<std::string, std::string>;

// The rows of a table of words, by column.
std::vector<Row> read_words(const fs::path& path) {
  std::ifstream file(path);
  std::vector<std::string> names;
  std::vector<Row> rows;
  for (std::string line; std::getline(file, line);) {
    std::vector<std::string> words;
    std::istringstream text(line);
    for (std::string word; std::getline(text, word, ',');) words.push_back(word);
    if (names.empty()) {
      names = words;
      continue;
    }
    Row row;
    for (std::size_t i = 0; i < words.size(); ++i) row[names[i]] = words[i];
    rows.push_back(row);
  }
  return rows;
}

struct LoggedRate {
  Step step;
  double lr;
};

std::vector<LoggedRate> read_rates(const fs::path& path) {
  CsvReader csv(path);
  const std::size_t step = csv.column("step"), lr = csv.column("lr");
  std::vector<LoggedRate> rates;
  while (csv.next_row()) rates.push_back({csv.whole_number(step), csv.number(lr)});
  return rates;
}

// The largest difference between the rates logged at steps s and those of the updates s + shift, as a share of the
// peak.
double largest_difference(const Schedule& schedule, const std::vector<LoggedRate>& logged, Step shift) {
  double largest = 0;
  for (const auto& [step, lr] : logged) {
    const Step update = step + shift;
    if (update < 0 || update >= schedule.total_steps()) continue;
    largest = std::max(largest, std::abs(schedule.lr(update) - lr) / schedule.peak_lr());
  }
  return largest;
}

class PublishedRates : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* folder = std::getenv("LOSSCAST_DATA");
    if (folder == nullptr) GTEST_SKIP() << "LOSSCAST_DATA is not set: logged learning rates are not compared.";
    data_ = folder;
  }

  fs::path data_;
};

TEST_F(PublishedRates, OfTheMultiPowerLaw) {
  for (const char* size : {"25M", "100M"}) {
    const fs::path folder = data_ / "multipowerlaw" / size;
    const std::vector<Row> runs = read_words(folder / "runs.csv");
    ASSERT_EQ(runs.size(), 9U) << folder;
    for (const Row& run : runs) {
      SCOPED_TRACE(run.at("run"));
      const std::string& family = run.at("family");  // "wsd-exponential" names the shape too
      Values values = {{"family", family.starts_with("wsd-") ? "wsd" : family},
                       {"peak_lr", std::stod(run.at("peak_lr"))},
                       {"warmup_steps", std::stod(run.at("warmup_steps"))},
                       {"total_steps", std::stod(run.at("total_steps"))}};
      if (family.starts_with("wsd-")) values["shape"] = family.substr(4);
      if (family != "constant") {
        values["final_lr"] = std::stod(run.at("final_lr"));
        values["decay_start"] = std::stod(run.at("decay_start"));
      }
      const Schedule schedule = make(values);
      const std::vector<LoggedRate> logged = read_rates(folder / (run.at("run") + ".csv"));
      ASSERT_GT(logged.size(), 50U);
      EXPECT_LE(largest_difference(schedule, logged, 0), kRoundings);
      if (family != "constant") {
        EXPECT_GT(largest_difference(schedule, logged, -1), 1e-5) << "the convention cannot be told from the other";
      }
    }
  }
}

Values lr_scheduling_values(const Row& run) {
  const double peak_lr = std::stod(run.at("peak_lr")), final_lr = std::stod(run.at("final_lr"));
  const double warmup_steps = std::stod(run.at("warmup_steps")), total_steps = std::stod(run.at("total_steps"));
  Values values = {{"family", run.at("family")},
                   {"peak_lr", peak_lr},
                   {"warmup_steps", warmup_steps},
                   {"warmup_shape", run.at("warmup_shape")},
                   {"warmup_start_lr", std::stod(run.at("warmup_start_lr"))},
                   {"total_steps", total_steps}};
  if (run.at("family") == "wsd") {
    values["shape"] = run.at("decay_shape");
    values["decay_start"] = std::stod(run.at("decay_start"));
    values["final_lr"] = final_lr;
  }
  if (run.at("family") == "cosine") {
    values["warmup_steps"] = warmup_steps - 1;
    values["decay_end"] = total_steps - 1;
    values["final_lr"] = std::max(final_lr, 1e-7);  // what stands for 0 in these logs
  }
  return values;
}

TEST_F(PublishedRates, OfLrScheduling) {
  const std::vector<Row> runs = read_words(data_ / "lr_scheduling" / "runs.csv");
  ASSERT_EQ(runs.size(), 70U);
  for (const Row& run : runs) {
    SCOPED_TRACE(run.at("run"));
    const Schedule schedule = make(lr_scheduling_values(run));
    const std::vector<LoggedRate> logged =
        read_rates(data_ / "lr_scheduling" / "curves" / (run.at("run") + ".train.csv"));
    ASSERT_GT(logged.size(), 50U);
    EXPECT_LE(largest_difference(schedule, logged, 0), kRoundings);
    EXPECT_GT(largest_difference(schedule, logged, -1), 1e-5) << "the convention cannot be told from the other";
    if (run.at("family") == "wsd") {  // the last row holds the rate of update T, which never comes
      EXPECT_EQ(logged.back().step, schedule.total_steps());
      EXPECT_EQ(logged.back().lr, std::stod(run.at("final_lr")));
    }
  }
}

}  // namespace
}  // namespace losscast::test
