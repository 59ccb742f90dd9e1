// Results whose rows are made when they are written.
#include <gtest/gtest.h>

#include "io/results_csv.hpp"
#include "losscast/format/text_file.hpp"
#include "losscast/io/results_file.hpp"
#include "tests/format/scratch_folder.hpp"
#include "tests/sweep/made_rows.hpp"

namespace losscast::test {
namespace {

namespace fs = std::filesystem;
using Names = std::set<std::string>;

constexpr std::size_t kRows = 3000;

SweepConfig config_of_rows() {
  SweepConfig config;
  config.fit = "fit.json";
  config.space.families = {{.family = "linear", .fixed = made_row(0, kRows).candidate.arguments, .axes = {}}};
  return config;
}

SweepResult all_in_memory() {
  SweepResult result;
  result.ranked = MadeRows(kRows).make(0, kRows);
  return result;
}

// The first ones in memory, the others on demand.
SweepResult made_on_demand(std::size_t fails_at = kRows) {
  SweepResult result;
  result.ranked = MadeRows(kRows).make(0, 10);
  result.rows = std::make_shared<MadeRows>(kRows, fails_at);
  return result;
}

SweepCounts write(const fs::path& folder, const SweepResult& result, int threads) {
  Fit fit;
  fit.model = "power";
  return write_results(folder, config_of_rows(), fit, result, {}, threads);
}

TEST(ResultsRows, GiveTheSameFilesAsResultsInMemory) {
  const ScratchFolder folder;
  write(folder.path() / "memory", all_in_memory(), 1);
  for (const int threads : {1, 3}) {
    const SweepResult result = made_on_demand();
    const SweepCounts counts = write(folder.path() / "rows", result, threads);
    EXPECT_EQ(counts.candidates, kRows);
    EXPECT_EQ(static_cast<const MadeRows&>(*result.rows).made(), kRows) << "each is made once";
    for (const char* file : {"results.csv", "results.json"})
      EXPECT_EQ(read_text_file(folder.path() / "rows" / file), read_text_file(folder.path() / "memory" / file)) << file;
  }
}

TEST(ResultsRows, GiveTheSameTextInWhateverChunksTheyAreMade) {
  const ScratchFolder folder;
  write(folder.path(), all_in_memory(), 1);
  const SweepConfig config = config_of_rows();
  for (const int threads : {1, 2, 7})
    for (const std::size_t chunk : {1, 37, 10'000}) {
      AtomicFile file(folder.path() / "chunks.csv");
      write_results_csv(config, MadeRows(kRows), {threads, chunk}, file);
      file.commit();
      ASSERT_EQ(read_text_file(folder.path() / "chunks.csv"), read_text_file(folder.path() / "results.csv"))
          << threads << " threads, chunks of " << chunk;
    }
}

TEST(ResultsRows, LeaveNothingWhereOneCannotBeMade) {
  const ScratchFolder folder;
  for (const int threads : {1, 3}) {
    EXPECT_THROW(write(folder.path() / "new", made_on_demand(2500), threads), std::runtime_error);
    EXPECT_EQ(folder.files(), Names());
  }
  folder.write("results.csv", "old");
  EXPECT_THROW(write(folder.path(), made_on_demand(2500), 1), std::runtime_error);
  EXPECT_EQ(read_text_file(folder.path() / "results.csv"), "old");
  EXPECT_EQ(folder.files(), Names{"results.csv"});
}

}  // namespace
}  // namespace losscast::test
