// Logs of training runs, from a file of any format to the files of an import. Input: the file, whose last byte names
// the format; 0 or a number that names none leaves it to the content. If it is even, the checksums of an event file are
// made good first: hardly a change would get beyond them.
#include <bit>
#include <cstring>

#include "logs/crc32c.hpp"
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

// Writes the checksum of `size` bytes after them. Whether there is room for it.
bool seal(std::string& text, std::size_t at, std::uint64_t size) {
  if (size > text.size() - at || text.size() - at - size < sizeof(std::uint32_t)) return false;
  const std::uint32_t checksum = masked_crc32c(std::string_view(text).substr(at, size));
  std::memcpy(text.data() + at + size, &checksum, sizeof checksum);
  return true;
}

// Makes checksums of records good, as far as their lengths lead.
void make_checksums_good(std::string& text) {
  static_assert(std::endian::native == std::endian::little);
  constexpr std::size_t kLength = sizeof(std::uint64_t), kChecksum = sizeof(std::uint32_t);
  std::uint64_t length = 0;
  for (std::size_t at = 0; text.size() - at > kLength; at += kLength + length + 2 * kChecksum) {
    std::memcpy(&length, text.data() + at, kLength);
    if (!seal(text, at, kLength) || !seal(text, at + kLength + kChecksum, length)) return;
  }
}

// Files of text have no 0 where the length of a record has its upper bytes.
bool is_event_file(std::string_view text) {
  return text.size() > 8 && text.substr(4, 4) == std::string_view("\0\0\0", 4);
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
  const std::uint8_t last = size == 0 ? 0 : data[size - 1];
  const std::string format = format_of(last);
  std::string text = fuzz::text_of(data, size);
  if (last % 2 == 0 && is_event_file(text)) make_checksums_good(text);
  return fuzz::try_reader([&] {
    const auto file = folder.write("run.log", text);
    const std::vector<LoggedRun> runs = logged_runs(read_log(file, format), {});
    for (const LoggedRun& run : runs)
      for (const LossSeries& losses : run.losses)
        fuzz::require(!losses.series.points.empty(), "a curve without a point was accepted");
    const Import import = import_runs(runs, choices_for(runs));
    fuzz::require(!import.files.empty(), "an import without a file was accepted");
  });
}
