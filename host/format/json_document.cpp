#include "format/json_document.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <vector>

#include "format/json_reason.hpp"
#include "format/nesting.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/text_file.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

Place place_in(const std::filesystem::path& file) { return {std::make_shared<const std::string>(file.string()), 0, 0}; }

[[noreturn]] void fail(const Place& place, std::string_view reason) {
  throw InputError("this is not valid JSON", reason, "make the file again, or correct this line").at(to_string(place));
}

// The place of a byte, counted from 1, of the text.
Place place_of(std::size_t byte, const std::string& text, const Place& file) {
  const std::size_t before = std::min(byte > 0 ? byte - 1 : 0, text.size());
  const auto line = std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(before), '\n') + 1;
  const std::size_t last_newline = before == 0 ? std::string::npos : text.rfind('\n', before - 1);
  const std::size_t column = last_newline == std::string::npos ? before + 1 : before - last_newline;
  return {file.origin, static_cast<int>(line), static_cast<int>(column)};
}

// Called for each value as it is read. Of two with the same key one would be taken without a word.
class KeysOnce {
 public:
  explicit KeysOnce(const Place& file) : file_(file) {}

  bool operator()(Json::parse_event_t event, const Json& value) {
    using Event = Json::parse_event_t;
    if (event == Event::object_start) keys_.emplace_back();
    if (event == Event::object_end) keys_.pop_back();
    if (event == Event::key && !keys_.back().insert(value.get<std::string>()).second)
      fail(file_, fmt::format("the key {} is there twice in one object", value.dump()));
    return true;
  }

 private:
  const Place& file_;
  std::vector<std::set<std::string>> keys_;  // so far, of each object that is open
};

Json parse(const std::string& text, const Place& file) {
  if (const auto deep = too_deep_in_json(text)) throw too_deep_error().at(to_string(place_of(*deep + 1, text, file)));
  try {
    KeysOnce keys_once(file);
    return Json::parse(text,
                       [&](int, Json::parse_event_t event, const Json& value) { return keys_once(event, value); });
  } catch (const Json::parse_error& error) {
    fail(place_of(error.byte, text, file), json_reason(error.what()));
  } catch (const Json::exception& error) {
    fail(file, json_reason(error.what()));
  }
}

// Whether it is a whole number of 64 bits with a sign. Numbers that are not negative are stored without one.
bool is_signed_integer(const Json& value) {
  constexpr auto kLargest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return value.is_number_unsigned() ? value.get<std::uint64_t>() <= kLargest : value.is_number_integer();
}

DocumentNode convert(const Json& value, std::string name, std::string path, const Place& file) {
  DocumentNode node;
  if (value.is_object()) {
    DocumentTable table;
    for (const auto& [key, entry] : value.items())
      table.entries.push_back(convert(entry, key, path.empty() ? key : path + "." + key, file));
    node.data = std::move(table);
  } else if (value.is_array()) {
    DocumentNode::List list;
    for (const Json& entry : value) list.push_back(convert(entry, "", fmt::format("{}[{}]", path, list.size()), file));
    node.data = std::move(list);
  } else if (value.is_string()) {
    node.data = value.get<std::string>();
  } else if (value.is_boolean()) {
    node.data = value.get<bool>();
  } else if (value.is_null()) {
    node.data = DocumentNode::Null{};
  } else if (is_signed_integer(value)) {
    node.data = value.get<std::int64_t>();
  } else {
    node.data = value.get<double>();
  }
  node.name = std::move(name);
  node.path = std::move(path);
  node.place = file;
  return node;
}

}  // namespace

DocumentNode read_json_file(const std::filesystem::path& file) {
  return json_document(parse(read_text_file(file), place_in(file)), file);
}

DocumentNode json_document(const Json& json, const std::filesystem::path& file) {
  return convert(json, "", "", place_in(file));
}

}  // namespace losscast
