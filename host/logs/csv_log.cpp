// Plain tables: CSV or TSV with a header, among them Lightning's metrics.csv, whose rows are filled in part only.
#include "logs/delimited_rows.hpp"
#include "logs/log_table_builder.hpp"
#include "logs/reader.hpp"

namespace losscast {

namespace {

bool recognises(std::string_view content) { return header_names(content).size() >= 2; }

std::vector<LogTable> read(const std::filesystem::path& file, std::string_view content) {
  DelimitedRows rows(file, content);
  LogTableBuilder builder(file);
  for (const std::string& name : rows.names()) builder.new_column(name);
  while (rows.next()) {
    if (rows.is_header()) {
      ++builder.table().repeated_headers;
      continue;
    }
    builder.begin_row(rows.line());
    for (std::size_t i = 0; i < rows.values().size(); ++i) builder.add(i, rows.values()[i]);
  }
  if (rows.is_cut_off()) builder.table().warnings.push_back("the last row is cut off, and left out");
  return {std::move(builder).take()};
}

}  // namespace

LogReader csv_log() {
  return {"csv", "a table with a header: CSV or TSV, Lightning's metrics.csv, exported histories", recognises, read};
}

}  // namespace losscast
