// What TensorBoard exports of a scalar: Wall time,Step,Value. Run and tag are in the name of the file only, which older
// versions make "run-RUN-tag-TAG.csv".
#include <algorithm>

#include "logs/delimited_rows.hpp"
#include "logs/log_table_builder.hpp"
#include "logs/reader.hpp"

namespace losscast {

namespace {

const std::vector<std::string> kHeader = {"Wall time", "Step", "Value"};

bool recognises(std::string_view content) { return header_names(content) == kHeader; }

void name_by_file(LogTable& table) {
  constexpr std::string_view kRun = "run-", kTag = "-tag-";
  const std::string stem = table.file.stem().string();
  const std::size_t tag = stem.find(kTag);
  if (tag == std::string::npos) return;
  const std::size_t run = stem.starts_with(kRun) ? kRun.size() : 0;
  if (tag > run) table.run = stem.substr(run, tag - run);
  table.columns.back().name = stem.substr(tag + kTag.size());
}

std::vector<LogTable> read(const std::filesystem::path& file, std::string_view content) {
  DelimitedRows rows(file, content);
  LogTableBuilder builder(file);
  for (const std::string& name : rows.names()) builder.new_column(name);
  while (rows.next()) {
    builder.begin_row(rows.line());
    for (std::size_t i = 0; i < rows.values().size(); ++i) builder.add(i, rows.values()[i]);
  }
  if (rows.is_cut_off()) builder.table().warnings.push_back("the last row is cut off, and left out");
  name_by_file(builder.table());
  return {std::move(builder).take()};
}

}  // namespace

LogReader tensorboard_csv_log() {
  return {"tensorboard-csv", "the CSV file of a scalar that TensorBoard exports", recognises, read};
}

}  // namespace losscast
