#include "losscast/logs/logged_run.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "logs/column_units.hpp"
#include "logs/run_names.hpp"
#include "logs/run_rows.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

// Tables of one run that are parts of one log.
using Parts = std::vector<const LogTable*>;

const std::string& name_of(const ColumnChoice& columns, Field field) {
  switch (field) {
    case Field::training:
      return columns.training;
    case Field::validation:
      return columns.validation;
    case Field::chosen:
      return columns.chosen;
    case Field::lr:
      break;
  }
  return columns.lr;
}

bool has_column(const LogTable& table, const std::string& name) {
  return !name.empty() && column_index(table, name).has_value();
}

bool share_a_column(const LogTable& one, const LogTable& other, const ColumnChoice& columns) {
  for (const Field field : {Field::training, Field::validation, Field::chosen, Field::lr})
    if (has_column(one, name_of(columns, field)) && has_column(other, name_of(columns, field))) return true;
  return false;
}

// Exports of one metric each have the same steps; what shares a column is the continuation of what came before.
std::vector<Parts> logs_of(const std::vector<const LogTable*>& tables, const ColumnChoice& columns) {
  std::vector<Parts> logs;
  for (const LogTable* table : tables) {
    const auto goes_on = [&](const Parts& log) {
      return std::ranges::any_of(log, [&](const LogTable* part) { return share_a_column(*part, *table, columns); });
    };
    const auto found = std::ranges::find_if(logs, goes_on);
    if (found == logs.end())
      logs.push_back({table});
    else
      found->push_back(table);
  }
  return logs;
}

std::vector<RunRow> rows_of_logs(const std::vector<Parts>& logs, const ColumnChoice& columns, const LogChoices& choices,
                                 Omissions& omissions) {
  std::vector<RunRow> rows;
  for (const Parts& log : logs) {
    std::vector<RunRow> all;
    for (const LogTable* part : log)
      std::ranges::copy(rows_of(*part, columns, choices, omissions), std::back_inserter(all));
    std::ranges::copy(without_abandoned(std::move(all), omissions), std::back_inserter(rows));
  }
  return rows;
}

void require_in_range(const LogCell& cell, Field field, const RunRow& row, const std::string& column) {
  const bool is_rate = field == Field::lr;
  if (is_rate ? cell.value >= 0 : cell.value > 0) return;
  throw InputError(
      fmt::format("{} is {}", number_text(cell.value), is_rate ? "negative" : "not above 0"),
      is_rate ? "a learning rate cannot be" : "a loss is in nats per token",
      fmt::format("correct it, remove the row, or name another column with {}", is_rate ? "--lr" : "--loss"))
      .at(column)
      .at(place_of(*row.table, row.row));
}

// The finite values of a field.
std::vector<LoggedPoint> finite_points(const std::vector<RunRow>& rows, Field field, const std::string& column,
                                       Omissions& omissions) {
  std::vector<LoggedPoint> points;
  for (const RunRow& row : rows) {
    const LogCell* cell = row.cell(field);
    if (!cell) continue;
    if (!std::isfinite(cell->value)) {
      ++omissions[Omission::not_finite];
      continue;
    }
    require_in_range(*cell, field, row, column);
    points.push_back({row.step, cell->value, cell->unit, place_of(*row.table, row.row)});
  }
  return points;
}

// Some steps may come again, as where several processes write one log; but not most of a run's.
void require_one_run(const LoggedSeries& series, std::size_t other_values) {
  constexpr std::size_t kFew = 2;
  if (other_values <= kFew || 4 * other_values <= series.points.size()) return;
  throw InputError(fmt::format("{} of {} steps have other values too", other_values, series.points.size()),
                   "two runs are in one table, it seems",
                   "write the rows of each into a file of its own, and import them together")
      .at(series.column)
      .at(series.points.back().place);
}

// By ascending steps, the last value of each.
LoggedSeries series_of(const std::vector<RunRow>& rows, Field field, const std::string& column, Omissions& omissions) {
  std::vector<LoggedPoint> all = finite_points(rows, field, column, omissions);
  std::ranges::stable_sort(all, {}, &LoggedPoint::step);
  LoggedSeries series{column, {}};
  std::size_t other_values = 0;
  for (LoggedPoint& point : all) {
    if (series.points.empty() || series.points.back().step != point.step) {
      series.points.push_back(std::move(point));
      continue;
    }
    if (series.points.back().value != point.value) ++other_values;
    series.points.back() = std::move(point);
  }
  require_one_run(series, other_values);
  omissions[Omission::duplicate] += other_values;
  return series;
}

// The steps between neighbours, if they are nearly always the same: where a row is lost, or the run ends between two,
// the others are what they were.
std::optional<Step> regular_interval(const std::vector<LoggedPoint>& points) {
  if (points.size() < 2) return std::nullopt;
  std::map<Step, std::size_t> counts;
  for (std::size_t i = 1; i < points.size(); ++i) ++counts[points[i].step - points[i - 1].step];
  const auto usual =
      std::max_element(counts.begin(), counts.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
  constexpr double kNearly = 0.9;
  const auto gaps = static_cast<double>(points.size() - 1);
  return static_cast<double>(usual->second) >= kNearly * gaps ? std::optional(usual->first) : std::nullopt;
}

// Says over how many steps each loss is a mean, or that their number varies.
void add_mean(LoggedRun& run, LossSeries& losses) {
  losses.mean_over = regular_interval(losses.series.points);
  if (!losses.mean_over && losses.series.points.size() > 1)
    run.warnings.push_back(
        fmt::format("each loss of {} is a mean over the steps since the entry before, and their number varies: the "
                    "manifest cannot say it, and a fit takes each for the loss of its step",
                    losses.series.column));
}

void add_losses(LoggedRun& run, const std::vector<RunRow>& rows, const ColumnChoice& columns) {
  const std::pair<Field, LossKind> kinds[] = {{Field::training, LossKind::training},
                                              {Field::validation, LossKind::validation},
                                              {Field::chosen, LossKind::chosen}};
  for (const auto& [field, kind] : kinds) {
    LossSeries losses{kind, series_of(rows, field, name_of(columns, field), run.omissions)};
    if (losses.series.points.empty()) continue;
    losses.unit = loss_unit(losses.series.column);
    if (kind == LossKind::training && rows.front().table->loss == LoggedLoss::mean_since_last_entry)
      add_mean(run, losses);
    run.losses.push_back(std::move(losses));
  }
}

// Event files without a scalar, as of hyperparameters alone, lie beside others.
std::vector<const LogTable*> filled(const std::vector<const LogTable*>& tables) {
  std::vector<const LogTable*> filled;
  std::ranges::copy_if(tables, std::back_inserter(filled),
                       [](const LogTable* table) { return !table->columns.empty(); });
  return filled.empty() ? tables : filled;
}

LoggedRun logged_run(const NamedRun& named, const LogChoices& choices) {
  LoggedRun run{.name = named.name, .tokens_per_step = choices.tokens_per_step};
  const std::vector<const LogTable*> tables = filled(named.tables);
  const ColumnChoice columns = choose_columns(tables, choices);
  for (const LogTable* table : tables) {
    for (const std::string& warning : table->warnings)
      run.warnings.push_back(fmt::format("{}: {}", table->file.string(), warning));
    if (table->total_steps) run.total_steps = table->total_steps;
    const std::string note = conversion_note(table->columns[step_column(*table, choices)], choices);
    if (!note.empty()) run.warnings.push_back(fmt::format("{}: {}", table->file.string(), note));
  }
  const auto rows = rows_of_logs(logs_of(tables, columns), columns, choices, run.omissions);
  add_losses(run, rows, columns);
  run.rates = series_of(rows, Field::lr, columns.lr, run.omissions);
  if (run.losses.empty())
    throw InputError(fmt::format("the run \"{}\" has no loss that can be used", run.name),
                     run.omissions.text().empty() ? "there are no rows" : "left out are: " + run.omissions.text(),
                     "check that it was logged, or name another column with --loss")
        .at(named.tables.front()->file.string());
  return run;
}

}  // namespace

std::vector<LoggedRun> logged_runs(const std::vector<LogTable>& tables, const LogChoices& choices) {
  std::vector<LoggedRun> runs;
  for (const NamedRun& named : named_runs(tables, choices)) runs.push_back(logged_run(named, choices));
  return runs;
}

}  // namespace losscast
