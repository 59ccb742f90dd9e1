// A table of a log as text, to be compared with what is wanted.
#pragma once

#include <map>
#include <string>

#include "losscast/format/number_text.hpp"
#include "losscast/logs/log_table.hpp"

namespace losscast::test {

// "LINE: COLUMN=VALUE ...; LINE: ...", rows without numbers left out, columns in their order.
inline std::string table_text(const LogTable& table) {
  std::map<std::size_t, std::string> rows;
  for (const LogColumn& column : table.columns)
    for (const LogCell& cell : column.cells) rows[cell.row] += " " + column.name + "=" + number_text(cell.value);
  std::string text;
  for (const auto& [row, values] : rows)
    text += (text.empty() ? "" : "; ") + std::to_string(table.lines[row]) + ":" + values;
  return text;
}

}  // namespace losscast::test
