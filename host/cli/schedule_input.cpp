#include "cli/schedule_input.hpp"

#include <filesystem>
#include <system_error>

#include "losscast/base/error.hpp"
#include "losscast/io/best_schedule.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {

namespace fs = std::filesystem;

Arguments read_schedule(const std::string& given, const std::string& origin) {
  const std::size_t first = given.find_first_not_of(" \t\r\n");
  if (first != std::string::npos && given[first] == '{') return parse_schedule_text(given, origin);
  std::error_code ignored;
  if (fs::is_directory(given, ignored)) {
    if (!fs::exists(fs::path(given) / "results.json", ignored))
      throw InputError("this folder holds no result", "there is no results.json in it",
                       "give one that `losscast sweep` has written")
          .at(origin + " " + given);
    return read_best_schedule(given).arguments;
  }
  if (fs::exists(given, ignored)) return {{{"family", "file"}, {"path", given}}};
  throw InputError("this is neither a schedule nor a result", "there is no file or folder of this name",
                   "give a text such as '{ family = \"wsd\", ... }', a folder that `losscast sweep` has written, or a "
                   "CSV file of rates")
      .at(origin + " " + given);
}

}  // namespace losscast
