#include "logs/log_table_builder.hpp"

#include <fmt/format.h>

namespace losscast {

std::size_t LogTableBuilder::column(std::string_view name) {
  const auto found = by_name_.find(name);
  return found != by_name_.end() ? found->second : new_column(name);
}

std::size_t LogTableBuilder::new_column(std::string_view name) {
  const std::size_t index = table_.columns.size();
  table_.columns.push_back({std::string(name), {}});
  by_name_.emplace(name, index);
  return index;
}

void LogTableBuilder::add(std::size_t column, PrintedNumber number) {
  table_.columns[column].cells.push_back({table_.lines.size() - 1, number.value, number.unit});
}

void LogTableBuilder::add(std::size_t column, std::string_view text) {
  if (is_missing_value(text)) return;
  if (const auto number = parse_printed_number(text)) return add(column, *number);
  std::optional<LogText>& first = table_.columns[column].text;
  if (!first) first = LogText{table_.lines.size() - 1, std::string(text)};
}

std::string place_of(const LogTable& table, std::size_t row) {
  const std::size_t line = table.lines[row];
  return line == 0 ? table.file.string() : fmt::format("{}:{}", table.file.string(), line);
}

}  // namespace losscast
