// A JSON object a line: W&B histories, and logs of many programs.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "logs/json_rows.hpp"
#include "logs/reader.hpp"
#include "logs/text_lines.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

bool recognises(std::string_view content) {
  TextLines lines(content);
  return next_filled(lines) && without_blanks(lines.line()).starts_with('{');
}

void add_line(LogTableBuilder& builder, const TextLines& lines) {
  const nlohmann::json object = parse_python_json(lines.line());
  if (!object.is_object())
    throw InputError("this line is no JSON object", "each line is to hold one", "correct it, or remove it");
  builder.begin_row(lines.number());
  add_object(builder, object);
}

std::vector<LogTable> read(const std::filesystem::path& file, std::string_view content) {
  LogTableBuilder builder(file);
  for (TextLines lines(content); next_filled(lines);) {
    try {
      add_line(builder, lines);
    } catch (const InputError& error) {
      if (lines.is_whole()) throw error.at(fmt::format("{}:{}", file.string(), lines.number()));
      builder.table().warnings.push_back("the last line is cut off, and left out");
    }
  }
  return {std::move(builder).take()};
}

}  // namespace

LogReader jsonl_log() { return {"jsonl", "a JSON object a line, such as histories of W&B", recognises, read}; }

}  // namespace losscast
