#include "losscast/schedule/families.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "losscast/base/error.hpp"
#include "losscast/text/nearest.hpp"
#include "schedule/check_arguments.hpp"
#include "schedule/series.hpp"

namespace losscast {

namespace {

const std::string& family_name(const Arguments& arguments) {
  const auto found = arguments.values.find("family");
  if (found == arguments.values.end())
    throw ArgumentError("family", "family is missing", "a schedule is one of a family",
                        "add it, such as family = \"wsd\"");
  const auto* name = std::get_if<std::string>(&found->second);
  if (!name) throw ArgumentError("family", "family is no word", "it is a name", "write one, such as family = \"wsd\"");
  return *name;
}

}  // namespace

const Family& find_family(std::string_view name) {
  std::vector<std::string> known;
  for (const Family& family : families()) {
    if (family.name == name) return family;
    known.push_back(family.name);
  }
  throw ArgumentError("family", fmt::format("there is no schedule family \"{}\"", name),
                      fmt::format("there are: {}", fmt::join(known, ", ")), suggestion(name, known, "choose one"));
}

Recipe make_recipe(const Arguments& arguments) {
  const Family& family = find_family(family_name(arguments));
  check_arguments(family, arguments);
  return with_series(family.make(arguments), arguments);
}

Schedule make_schedule(const Arguments& arguments) {
  Recipe recipe = make_recipe(arguments);
  for (const Series& series : kSeries)
    if (recipe.*series.member)
      throw ArgumentError(series.name, fmt::format("{} is given", series.name), "only the LR of this schedule is used",
                          "leave it out");
  return std::move(recipe.schedule);
}

}  // namespace losscast
