// What a panel of W&B exports: "Step","RUN - METRIC","RUN - METRIC__MIN","RUN - METRIC__MAX", and more runs beside it.
#include <algorithm>
#include <map>

#include "logs/delimited_rows.hpp"
#include "logs/log_table_builder.hpp"
#include "logs/reader.hpp"

namespace losscast {

namespace {

constexpr std::string_view kBetween = " - ";

bool is_range(const std::string& name) { return name.ends_with("__MIN") || name.ends_with("__MAX"); }

bool recognises(std::string_view content) {
  const std::vector<std::string> names = header_names(content);
  return std::ranges::any_of(names, [&](const std::string& name) {
    return name.find(kBetween) != std::string::npos && std::ranges::find(names, name + "__MIN") != names.end();
  });
}

// A column of the file, as one of a run's table; null if it is none.
struct PanelColumn {
  LogTableBuilder* table = nullptr;
  std::size_t index = 0;
};

class Panel {
 public:
  Panel(const std::filesystem::path& file, const std::vector<std::string>& names) : file_(file) {
    for (const std::string& name : names) columns_.push_back(column_of(name));
  }

  // Every run gets a row, be there a value of it or not.
  void add_row(const DelimitedRows& rows) {
    for (auto& [run, table] : builders_) {
      table.begin_row(rows.line());
      table.add(0, rows.values()[0]);
    }
    for (std::size_t i = 1; i < columns_.size(); ++i)
      if (columns_[i].table) columns_[i].table->add(columns_[i].index, rows.values()[i]);
  }

  std::vector<LogTable> take(bool is_cut_off) && {
    std::vector<LogTable> tables;
    for (const std::string& run : order_) {
      tables.push_back(std::move(builders_.at(run)).take());
      if (is_cut_off) tables.back().warnings.push_back("the last row is cut off, and left out");
    }
    return tables;
  }

 private:
  PanelColumn column_of(const std::string& name) {
    const std::size_t between = name.rfind(kBetween);
    if (between == std::string::npos || is_range(name)) return {};
    const std::string run = name.substr(0, between);
    const auto [builder, is_new] = builders_.try_emplace(run, file_);
    if (is_new) {
      builder->second.table().run = run;
      builder->second.new_column("Step");
      order_.push_back(run);
    }
    return {&builder->second, builder->second.new_column(name.substr(between + kBetween.size()))};
  }

  std::filesystem::path file_;
  std::map<std::string, LogTableBuilder> builders_;
  std::vector<std::string> order_;
  std::vector<PanelColumn> columns_;
};

std::vector<LogTable> read(const std::filesystem::path& file, std::string_view content) {
  DelimitedRows rows(file, content);
  Panel panel(file, rows.names());
  while (rows.next())
    if (!rows.is_header()) panel.add_row(rows);
  return std::move(panel).take(rows.is_cut_off());
}

}  // namespace

LogReader wandb_panel_log() { return {"wandb-panel", "the CSV file of a panel of W&B", recognises, read}; }

}  // namespace losscast
