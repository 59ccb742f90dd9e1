#include "cli/schedule_input.hpp"

#include <filesystem>
#include <system_error>

#include "losscast/base/error.hpp"
#include "losscast/io/best_schedule.hpp"
#include "losscast/schedule/families.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {

namespace fs = std::filesystem;

namespace {

bool is_text(const std::string& given) {
  const std::size_t first = given.find_first_not_of(" \t\r\n");
  return first != std::string::npos && given[first] == '{';
}

}  // namespace

Arguments read_schedule(const std::string& given, const std::string& origin) {
  if (is_text(given)) return parse_schedule_text(given, origin);
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

Recipe read_recipe(const std::string& given, const std::string& origin) {
  if (is_text(given)) return parse_recipe(given, origin);  // says which character is wrong
  const Arguments arguments = read_schedule(given, origin);
  try {
    return make_recipe(arguments);
  } catch (const InputError& error) {
    throw error.at(origin + " " + given);
  }
}

}  // namespace losscast
