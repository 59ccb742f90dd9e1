// Logs of training runs, from a file of any format to the files of an import. Input: the file, whose last byte names
// the format; 0 or a number that names none leaves it to the content.
#include "losscast/base/error.hpp"
#include "losscast/logs/imported_curves.hpp"
#include "losscast/logs/read_log.hpp"
#include "losscast/schedule/schedule_text.hpp"
#include "tests/fuzz/target.hpp"

using namespace losscast;

namespace {

std::string format_of(unsigned char byte) {
  static const std::vector<LogFormat> formats = log_formats();
  return byte > 0 && byte <= formats.size() ? formats[byte - 1u].name : std::string();
}

// Runs without rates need a schedule.
ScheduleChoices choices_for(const std::vector<LoggedRun>& runs) {
  ScheduleChoices choices;
  for (const LoggedRun& run : runs)
    if (run.rates.points.empty())
      choices.schedule = parse_schedule_text("{ family = \"constant\", peak_lr = 1, total_steps = 1000 }", "fuzz");
  return choices;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const fuzz::Folder folder;
  const std::string format = format_of(size == 0 ? 0 : data[size - 1]);
  return fuzz::try_reader([&] {
    const auto file = folder.write("run.log", fuzz::text_of(data, size));
    const std::vector<LoggedRun> runs = logged_runs(read_log(file, format), {});
    for (const LoggedRun& run : runs)
      for (const LossSeries& losses : run.losses)
        fuzz::require(!losses.series.points.empty(), "a curve without a point was accepted");
    const Import import = import_runs(runs, choices_for(runs));
    fuzz::require(!import.files.empty(), "an import without a file was accepted");
  });
}
