#include "logs/run_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "logs/column_units.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

// Throws for a column that holds something else than numbers.
const LogColumn& numbers_of(const LogTable& table, std::size_t index) {
  const LogColumn& column = table.columns[index];
  if (column.text)
    throw InputError(fmt::format("\"{}\" is not a number", column.text->text), "the column should hold numbers",
                     column.text->text.find(',') == std::string::npos
                         ? "correct it, remove the row, or name another column with --step, --loss or --lr"
                         : "write a point as decimal sign, and nothing between thousands: 1234.5; or name another "
                           "column with --step, --loss or --lr")
        .at(column.name)
        .at(place_of(table, column.text->row));
  return column;
}

// The nearest update, `units` of the column being one.
Step read_step(const LogTable& table, const std::string& column, const LogCell& cell, double units) {
  if (is_exact_integer(cell.value) && cell.value >= 0) return static_cast<Step>(std::llround(cell.value / units));
  throw InputError(fmt::format("{} is not a step", number_text(cell.value)), "steps are whole numbers from 0 on",
                   "correct it, remove the row, or name another column with --step")
      .at(column)
      .at(place_of(table, cell.row));
}

// Goes through a column's cells as rows ascend.
class Cursor {
 public:
  explicit Cursor(const std::vector<LogCell>* cells) : cells_(cells) {}

  const LogCell* at(std::size_t row) {
    if (!cells_) return nullptr;
    while (next_ < cells_->size() && (*cells_)[next_].row < row) ++next_;
    return next_ < cells_->size() && (*cells_)[next_].row == row ? &(*cells_)[next_] : nullptr;
  }

 private:
  const std::vector<LogCell>* cells_;
  std::size_t next_ = 0;
};

Cursor cursor_of(const LogTable& table, const std::string& name) {
  const auto index = name.empty() ? std::nullopt : column_index(table, name);
  return Cursor(index ? &numbers_of(table, *index).cells : nullptr);
}

// Whether one of its fields was at a higher step before.
bool goes_back(const RunRow& row, const std::array<std::optional<Step>, kFields>& last) {
  for (std::size_t i = 0; i < kFields; ++i)
    if (row.cells[i] && last[i] && row.step < *last[i]) return true;
  return false;
}

std::array<std::optional<Step>, kFields> last_steps(const std::vector<RunRow>& rows) {
  std::array<std::optional<Step>, kFields> last;
  for (const RunRow& row : rows)
    for (std::size_t i = 0; i < kFields; ++i)
      if (row.cells[i]) last[i] = row.step;
  return last;
}

// Where the rerun begins that the last of the rows belongs to: rows before it may be of its own too, though none of
// their fields went back, as that of an evaluation.
std::size_t rerun_begin(const std::vector<RunRow>& rows, Step step) {
  std::size_t begin = rows.size();
  Step highest = 0;
  for (const RunRow& row : rows) highest = std::max(highest, row.step);
  while (begin > 0 && rows[begin - 1].step <= step && rows[begin - 1].step < highest) --begin;
  return begin;
}

// Nothing of what came before is left.
[[noreturn]] void fail_begun_anew(const LogTable& before, const RunRow& by) {
  const std::string problem = fmt::format("steps begin anew at {}", by.step);
  const std::string place = place_of(*by.table, by.row);
  if (by.table != &before)
    throw InputError(problem,
                     fmt::format("both {} and this file are taken for logs of one run, and it takes the place of all "
                                 "that the other has",
                                 before.file.string()),
                     "if they are two runs, import them without --run and from folders of their own; if it is one run "
                     "that was begun again, leave the first file out")
        .at(place);
  throw InputError(problem, "one log is of one run",
                   by.table->lines[by.row] > 0
                       ? "split the file before this line, or remove what stands before it; if the rows are of one "
                         "run in another order, sort them by step"
                       : "write the steps, losses and rates of each run into a CSV file of its own, and import these")
      .at(place);
}

void take_over(std::vector<RunRow>& rows, const RunRow& by, Omissions& omissions) {
  const auto begin = rows.begin() + static_cast<std::ptrdiff_t>(rerun_begin(rows, by.step));
  const auto is_abandoned = [&](const RunRow& row) { return row.step >= by.step; };
  const LogTable& before = *rows.front().table;
  const auto kept = std::remove_if(rows.begin(), begin, is_abandoned);
  if (kept == rows.begin()) fail_begun_anew(before, by);
  omissions[Omission::abandoned] += static_cast<std::size_t>(begin - kept);
  rows.erase(kept, begin);
}

}  // namespace

std::vector<RunRow> rows_of(const LogTable& table, const ColumnChoice& columns, const LogChoices& choices,
                            Omissions& omissions) {
  const LogColumn& steps = numbers_of(table, step_column(table, choices));
  require_updates(table, steps, choices);
  Cursor step_cursor(&steps.cells);
  std::array<Cursor, kFields> fields = {cursor_of(table, columns.training), cursor_of(table, columns.validation),
                                        cursor_of(table, columns.chosen), cursor_of(table, columns.lr)};
  std::vector<RunRow> rows;
  for (std::size_t row = 0; row < table.lines.size(); ++row) {
    RunRow one{&table, row};
    for (std::size_t i = 0; i < kFields; ++i) one.cells[i] = fields[i].at(row);
    const LogCell* step = step_cursor.at(row);
    if (std::ranges::none_of(one.cells, [](const LogCell* cell) { return cell; })) {
      ++omissions[Omission::nothing_in_it];
    } else if (!step) {
      ++omissions[Omission::no_step];
    } else {
      one.step = read_step(table, steps.name, *step, units_per_update(choices));
      rows.push_back(one);
    }
  }
  omissions[Omission::repeated_header] += table.repeated_headers;
  return rows;
}

std::vector<RunRow> without_abandoned(std::vector<RunRow> rows, Omissions& omissions) {
  std::vector<RunRow> kept;
  std::array<std::optional<Step>, kFields> last;
  for (const RunRow& row : rows) {
    if (goes_back(row, last)) {
      take_over(kept, row, omissions);
      last = last_steps(kept);
    }
    kept.push_back(row);
    for (std::size_t i = 0; i < kFields; ++i)
      if (row.cells[i]) last[i] = row.step;
  }
  return kept;
}

}  // namespace losscast
