// What Megatron-LM prints: "iteration 100/ 500000 | consumed samples: 25600 | ... | learning rate: 1.5E-04 | ... |
// lm loss: 7.1E+00 | ...", and "validation loss at iteration 1000 | lm loss value: 3.1E+00 | lm loss PPL: 2.2E+01 |".
#include <algorithm>

#include "logs/line_log.hpp"
#include "logs/reader.hpp"
#include "logs/text_scan.hpp"

namespace losscast {

namespace {

constexpr std::string_view kValidation = "validation loss at iteration ", kTraining = "iteration ";

std::optional<LineEntry> validation_entry(std::string_view rest) {
  TextScan scan(rest);
  const auto step = scan.take_step();
  const std::string_view where = scan.take_until('|');  // such as "on test set"
  if (!step || where.find("test set") != std::string_view::npos) return std::nullopt;
  return LineEntry{*step, scan.rest()};
}

// Ranks and times may stand before it.
std::optional<LineEntry> entry(std::string_view line, Step) {
  if (const std::size_t at = line.find(kValidation); at != std::string_view::npos)
    return validation_entry(line.substr(at + kValidation.size()));
  const std::size_t at = line.find(kTraining);
  if (at == std::string_view::npos) return std::nullopt;
  TextScan scan(line.substr(at + kTraining.size()));
  const auto step = scan.take_step();
  if (!step || !scan.take("/")) return std::nullopt;
  const auto total = scan.take_step();
  if (!total || !scan.take("|")) return std::nullopt;
  return LineEntry{*step, scan.rest(), total};
}

constexpr LineGrammar kGrammar = {entry, '|', ':'};

bool recognises(std::string_view content) {
  return content.find("lm loss") != std::string_view::npos && has_entries(content, kGrammar);
}

std::vector<LogTable> read(const std::filesystem::path& file, std::string_view content) {
  LogTable table = read_entries(file, content, kGrammar);
  for (LogColumn& column : table.columns)
    if (column.name == "lm loss value") column.name = "validation loss";
  table.loss = LoggedLoss::mean_since_last_entry;
  return {std::move(table)};
}

}  // namespace

LogReader megatron_log() { return {"megatron", "what Megatron-LM prints", recognises, read}; }

}  // namespace losscast
