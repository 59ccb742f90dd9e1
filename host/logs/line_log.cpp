#include "logs/line_log.hpp"

#include "logs/printed_number.hpp"
#include "logs/text_lines.hpp"
#include "logs/text_scan.hpp"
#include "losscast/base/error.hpp"

namespace losscast {

namespace {

// "lm loss: 3.5", "loss 3.5 (+0.1z)": the name, and the first word behind it.
void add_value(LogTableBuilder& builder, std::string_view part, char before_value) {
  if (part.ends_with(')')) part = without_blanks(part.substr(0, part.find('(')));
  const std::size_t border = part.rfind(before_value);
  if (border == std::string_view::npos) return;
  const auto number = parse_printed_number(part.substr(border + 1));
  const std::string_view name = without_blanks(part.substr(0, border));
  if (number && !name.empty() && name != "step") builder.add(builder.column(name), *number);
}

}  // namespace

bool has_entries(std::string_view content, const LineGrammar& grammar) {
  constexpr std::size_t kFirstLines = 5000;
  TextLines lines(content);
  while (lines.next() && lines.number() <= kFirstLines)
    if (grammar.entry(lines.line(), 0)) return true;
  return false;
}

LogTable read_entries(const std::filesystem::path& file, std::string_view content, const LineGrammar& grammar) {
  LogTableBuilder builder(file);
  const std::size_t steps = builder.column("step");
  Step last = -1;
  for (TextLines lines(content); lines.next();) {
    const auto entry = grammar.entry(lines.line(), last);
    if (!entry) continue;
    last = entry->step;
    if (entry->total_steps) builder.table().total_steps = entry->total_steps;
    builder.begin_row(lines.number());
    builder.add(steps, {static_cast<double>(entry->step), 1});
    for (TextScan scan(entry->values); !scan.is_at_end();)
      add_value(builder, scan.take_until(grammar.separator), grammar.before_value);
  }
  return std::move(builder).take();
}

}  // namespace losscast
