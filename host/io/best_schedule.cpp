#include "losscast/io/best_schedule.hpp"

#include "format/json_document.hpp"
#include "io/file_kind.hpp"
#include "losscast/base/error.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {

BestSchedule read_best_schedule(const std::filesystem::path& folder) {
  const DocumentNode root = read_json_file(folder / "results.json");
  require_kind(root, FileKind::results);
  require_format(root, 1);
  const DocumentNode& schedule = root.at("best").at("schedule");
  try {
    return {parse_schedule_text(schedule.text(), "best.schedule"), root.at("fit").at("file").text()};
  } catch (const InputError& error) {
    schedule.fail(error);
  }
}

}  // namespace losscast
