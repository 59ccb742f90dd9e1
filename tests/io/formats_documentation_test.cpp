// The examples of docs/formats.md are read by the readers that it describes.
#include <gtest/gtest.h>

#include "losscast/format/text_file.hpp"
#include "losscast/io/curve_csv.hpp"
#include "losscast/io/manifest.hpp"
#include "losscast/io/runs_csv.hpp"
#include "losscast/io/spikes_text.hpp"
#include "losscast/io/sweep_file.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/format/scratch_folder.hpp"

namespace losscast::test {
namespace {

// The first block of code below a heading.
std::string example_below(const std::string& heading) {
  const std::string page =
      read_text_file(std::filesystem::path(LOSSCAST_EXAMPLES).parent_path() / "docs" / "formats.md");
  const std::size_t section = page.find("\n## " + heading + "\n");
  const std::size_t fence = page.find("```", section);
  const std::size_t begin = page.find('\n', fence) + 1;
  const std::size_t end = page.find("```", begin);
  EXPECT_TRUE(section != std::string::npos && end != std::string::npos) << heading;
  return page.substr(begin, end - begin);
}

TEST(FormatsDocumentation, ShowsAManifestAndACurve) {
  const ScratchFolder folder;
  for (const char* name : {"cosine_24000.csv", "wsdcon_9.csv"}) folder.write(name, example_below("Curve"));
  const Manifest manifest = read_manifest(folder.write("runs.toml", example_below("Manifest")));
  ASSERT_EQ(manifest.curves.size(), 2u);
  EXPECT_EQ(manifest.curves[0].points.size(), 2u);
}

TEST(FormatsDocumentation, ShowsSchedules) {
  const std::string lines = example_below("Schedule");
  const std::size_t end_of_first = lines.find('\n');
  EXPECT_EQ(parse_schedule(lines.substr(0, end_of_first), "first line").total_steps(), 24000);
  EXPECT_EQ(parse_schedule(lines.substr(end_of_first + 1), "second line").total_steps(), 10000);
}

TEST(FormatsDocumentation, ShowsSpikes) {
  EXPECT_EQ(parse_spikes(example_below("Spikes"), "the example").barrier_limit, 4);
}

TEST(FormatsDocumentation, ShowsFinishedRuns) {
  const ScratchFolder folder;
  const RunsTable table = read_runs_csv(folder.write("runs.csv", example_below("Runs")));
  EXPECT_EQ(table.runs.size(), 3u);
  EXPECT_TRUE(table.notes.empty());
}

TEST(FormatsDocumentation, ShowsASweep) {
  const ScratchFolder folder;
  folder.write("fit.json", "{}");
  EXPECT_EQ(read_sweep(folder.write("sweep.toml", example_below("Sweep")), {}).space.families.size(), 1u);
}

}  // namespace
}  // namespace losscast::test
