#include "format/document.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <system_error>

#include "losscast/base/build_info.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/text/nearest.hpp"

namespace losscast {

namespace {

template <typename Wanted>
const Wanted& get(const DocumentNode& node, std::string_view wanted) {
  if (const Wanted* value = std::get_if<Wanted>(&node.data)) return *value;
  node.fail(fmt::format("this is {}", node.type()), fmt::format("{} is wanted", wanted), "correct the value");
}

}  // namespace

std::string to_string(const Place& place) {
  if (place.line > 0) return fmt::format("{}:{}:{}", *place.origin, place.line, place.column);
  if (place.column > 0) return fmt::format("{}, character {}", *place.origin, place.column);
  return *place.origin;
}

double DocumentNode::number() const {
  if (const auto* integer = std::get_if<std::int64_t>(&data)) return static_cast<double>(*integer);
  const double value = get<double>(*this, "a number");
  if (!std::isfinite(value))
    fail(fmt::format("{} is not finite", value), "a number such as 0.1 or 3e-4 is wanted", "correct the value");
  return value;
}

std::int64_t DocumentNode::whole_number() const {
  if (const auto* integer = std::get_if<std::int64_t>(&data)) return *integer;
  if (!std::holds_alternative<double>(data)) get<std::int64_t>(*this, "a whole number");
  const double value = number();
  if (!is_exact_integer(value))
    fail(fmt::format("{} is not a whole number", number_text(value)), "it counts", "correct the value");
  return static_cast<std::int64_t>(value);
}

bool DocumentNode::boolean() const { return get<bool>(*this, "true or false"); }

const std::string& DocumentNode::any_text() const { return get<std::string>(*this, "text in quotes"); }

const std::string& DocumentNode::text() const {
  if (any_text().empty()) fail("this text is empty", "it has to name something", "fill it in");
  return any_text();
}

const DocumentNode::List& DocumentNode::list() const { return get<List>(*this, "a list, [...] or [[...]],"); }

const DocumentTable& DocumentNode::table() const { return get<DocumentTable>(*this, "a table of keys and values"); }

std::filesystem::path DocumentNode::file_in(const std::filesystem::path& folder) const {
  const std::filesystem::path file = folder / text();
  std::error_code ignored;  // a file that cannot be examined says why when it is read
  if (std::filesystem::status(file, ignored).type() == std::filesystem::file_type::not_found)
    fail(fmt::format("there is no file {}", file.string()), "paths are relative to the file that names them",
         "correct the path");
  return file;
}

const DocumentNode* DocumentNode::find(std::string_view key) const {
  const auto& entries = table().entries;
  const auto found = std::find_if(entries.begin(), entries.end(), [&](const auto& entry) { return entry.name == key; });
  return found == entries.end() ? nullptr : &*found;
}

const DocumentNode& DocumentNode::at(std::string_view key) const {
  if (const DocumentNode* entry = find(key)) return *entry;
  fail(fmt::format("the key \"{}\" is missing", key), "nothing stands in for it",
       "add it; docs/formats.md describes the file");
}

void DocumentNode::allow_only(std::span<const std::string> keys) const {
  for (const DocumentNode& entry : table().entries)
    if (std::find(keys.begin(), keys.end(), entry.name) == keys.end())
      entry.fail(fmt::format("unknown key \"{}\"", entry.name),
                 fmt::format("the keys here are: {}", fmt::join(keys, ", ")),
                 suggestion(entry.name, keys, "remove it, or use one of these"));
}

std::string_view DocumentNode::type() const {
  struct Words {
    std::string_view operator()(const DocumentTable&) const { return "a table"; }
    std::string_view operator()(const List&) const { return "a list"; }
    std::string_view operator()(const std::string&) const { return "text"; }
    std::string_view operator()(std::int64_t) const { return "a whole number"; }
    std::string_view operator()(double) const { return "a number"; }
    std::string_view operator()(bool) const { return "true or false"; }
    std::string_view operator()(Null) const { return "null"; }
    std::string_view operator()(Other) const { return "a date or a time"; }
  };
  return std::visit(Words{}, data);
}

void DocumentNode::fail(std::string_view problem, std::string_view why, std::string_view remedy) const {
  fail(InputError(problem, why, remedy));
}

void DocumentNode::fail(const InputError& error) const {
  const InputError in_the_document = path.empty() ? error : error.at(path);
  throw in_the_document.at(to_string(place));
}

void DocumentNode::check(const std::function<void()>& check) const {
  try {
    check();
  } catch (const InputError& error) {
    fail(error);
  }
}

void require_format(const DocumentNode& root, std::int64_t format) {
  const DocumentNode* written = root.find("format");
  if (!written)
    root.fail("the key \"format\" is missing", "it says which version of this layout the file follows",
              fmt::format("add format = {}", format));
  if (written->whole_number() != format)
    written->fail(fmt::format("format {} is unknown", written->whole_number()),
                  fmt::format("this is losscast {}, which reads format {}", build_info().version, format),
                  "use the version of losscast that the file was written for, or a newer one");
}

}  // namespace losscast
