// llm.c: its main.log, "s:250 trl:3.9 lr:0.000600 norm:0.5" and "s:250 tel:4.0", and what it prints,
// "step 250/19560 | loss 3.9 (+0.1z)| norm 0.5 (+0.2z)| lr 6.00e-04 | ..." and "val loss 4.0".
#include "logs/line_log.hpp"
#include "logs/reader.hpp"
#include "logs/text_scan.hpp"

namespace losscast {

namespace {

std::optional<LineEntry> file_entry(std::string_view line, Step) {
  TextScan scan(line);
  if (!scan.take("s:")) return std::nullopt;
  const auto step = scan.take_step();
  const std::string_view values = scan.rest();
  if (!step || !(scan.take("trl:") || scan.take("tel:") || scan.take("eval:"))) return std::nullopt;
  return LineEntry{*step, values};
}

std::optional<LineEntry> printed_entry(std::string_view line, Step last_step) {
  TextScan scan(line);
  if (line.starts_with("val loss ") && last_step >= 0) return LineEntry{last_step, line};
  if (!scan.take("step ")) return std::nullopt;
  const auto step = scan.take_step();
  if (!step || !scan.take("/")) return std::nullopt;
  const auto total = scan.take_step();
  if (!total || !scan.take("|")) return std::nullopt;
  return LineEntry{*step, scan.rest(), total};
}

constexpr LineGrammar kFile = {file_entry, ' ', ':'}, kPrinted = {printed_entry, '|', ' '};

bool is_printed(std::string_view content) {
  return content.find("step ") != std::string_view::npos && content.find("| loss ") != std::string_view::npos &&
         has_entries(content, kPrinted);
}

bool recognises(std::string_view content) { return has_entries(content, kFile) || is_printed(content); }

std::vector<LogTable> read(const std::filesystem::path& file, std::string_view content) {
  LogTable table = read_entries(file, content, has_entries(content, kFile) ? kFile : kPrinted);
  for (LogColumn& column : table.columns) {
    if (column.name == "trl") column.name = "loss";
    if (column.name == "tel") column.name = "val loss";
  }
  return {std::move(table)};
}

}  // namespace

LogReader llmc_log() { return {"llmc", "main.log of llm.c, or what it prints", recognises, read}; }

}  // namespace losscast
