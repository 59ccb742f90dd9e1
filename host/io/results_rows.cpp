#include "io/results_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <set>

#include "format/toml_document.hpp"
#include "io/results_columns.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/csv_reader.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/schedule/families.hpp"
#include "schedule/schedule_document.hpp"

namespace losscast {

namespace {

constexpr const char* kRemedy = "sweep again, or give the folder as it was written";

// A column that holds a number of type Struct.
template <class Struct>
struct NumberColumn {
  std::size_t at;
  double Struct::*member;
};

// All columns of such a table that are described by name and member.
template <class Struct, class Columns>
std::vector<NumberColumn<Struct>> columns_of(const CsvReader& csv, const Columns& described) {
  std::vector<NumberColumn<Struct>> columns;
  for (const auto& one : described) columns.push_back({csv.column(one.name), one.member});
  return columns;
}

// What is no finite number has its meaning here: a loss that is lost, a quantile that is not known.
double number_at(const CsvReader& csv, std::size_t column) {
  const std::optional<double> number = parse_number(csv.text(column));
  if (!number) csv.fail(column, fmt::format("\"{}\" is not a number", csv.text(column)), "one is wanted", kRemedy);
  return *number;
}

template <class Struct>
void read_numbers(const CsvReader& csv, const std::vector<NumberColumn<Struct>>& columns, Struct& to) {
  for (const auto& [column, member] : columns) to.*member = number_at(csv, column);
}

class RowReader {
 public:
  RowReader(const CsvReader& csv, const RowsToRead& wanted)
      : csv_(csv),
        horizon_(wanted.horizon),
        family_(csv.column("family")),
        paths_(csv.column("paths")),
        extrapolates_(csv.column("extrapolates")),
        status_(csv.column("status")),
        statistics_(columns_of<Statistics>(csv, kStatisticColumns)),
        known_(columns_of<KnownDifference>(csv, kKnownColumns)),
        differences_(columns_of<PairedDifference>(csv, kDifferenceColumns)) {
    for (const std::string& name : argument_names(wanted.families)) arguments_.emplace_back(name, csv.column(name));
    if (wanted.has_divergence) divergence_ = {csv.column(kDivergenceColumns[0]), csv.column(kDivergenceColumns[1])};
  }

  std::string_view family() const { return csv_.text(family_); }

  ResultsRow row(std::size_t rank) const {
    ResultsRow row;
    row.rank = rank;
    row.arguments = arguments();
    read_numbers(csv_, statistics_, row.statistics);
    row.statistics.status = status();
    row.paths = csv_.whole_number(paths_);
    read_numbers(csv_, known_, row.known);
    read_numbers(csv_, differences_, row.difference);
    row.ranked_by = row.statistics.mean;
    if (divergence_) {
      row.p_diverge = number_at(csv_, divergence_->p_diverge);
      row.ranked_by = number_at(csv_, divergence_->weighed_mean);
    }
    row.extrapolates = csv_.text(extrapolates_);
    return row;
  }

 private:
  struct Divergence {
    std::size_t p_diverge, weighed_mean;
  };

  Status status() const {
    for (const Status status : {Status::ok, Status::diverged, Status::non_finite})
      if (csv_.text(status_) == status_name(status)) return status;
    csv_.fail(status_, fmt::format("\"{}\" is no status", csv_.text(status_)), "it is ok, diverged or non-finite",
              kRemedy);
  }

  // A word stands as it is, everything else as in TOML.
  Value value(const FamilyArgument& argument, std::size_t column) const {
    const std::string_view text = csv_.text(column);
    if (argument.kind == FamilyArgument::Kind::word) return std::string(text);
    try {
      return argument_value(parse_toml_value(text, "the value"));
    } catch (const InputError& error) {
      csv_.fail(column, error.what(), "", kRemedy);
    }
  }

  Arguments arguments() const {
    Arguments all{{{"family", std::string(family())}}};
    const Family* family_found = nullptr;
    try {
      family_found = &find_family(family());
    } catch (const InputError& error) {
      csv_.fail(family_, error.what(), "", kRemedy);
    }
    for (const auto& [name, column] : arguments_) {
      if (csv_.text(column).empty()) continue;
      const auto argument = std::ranges::find(family_found->arguments, name, &FamilyArgument::name);
      if (argument == family_found->arguments.end())
        csv_.fail(column, fmt::format("{} has no argument {}", family(), name), "there is a value of it", kRemedy);
      all.values[name] = value(*argument, column);
    }
    if (horizon_) all.values["total_steps"] = static_cast<double>(*horizon_);
    return all;
  }

  const CsvReader& csv_;
  std::optional<Step> horizon_;
  std::size_t family_, paths_, extrapolates_, status_;
  std::vector<NumberColumn<Statistics>> statistics_;
  std::vector<NumberColumn<KnownDifference>> known_;
  std::vector<NumberColumn<PairedDifference>> differences_;
  std::vector<std::pair<std::string, std::size_t>> arguments_;
  std::optional<Divergence> divergence_;
};

// From one kept rank to the next, beyond the first ones.
std::size_t stride_of(std::size_t candidates) {
  const std::size_t others = candidates - std::min(candidates, kFirstRanks);
  return std::max<std::size_t>(1, (others + kSpreadRanks - 1) / kSpreadRanks);
}

}  // namespace

std::vector<ResultsRow> read_results_rows(const std::filesystem::path& file, const RowsToRead& wanted) {
  CsvReader csv(file, ',');
  const std::size_t rank_column = csv.column("rank");
  const RowReader reader(csv, wanted);
  const std::size_t stride = stride_of(wanted.candidates);
  std::vector<ResultsRow> rows;
  std::set<std::string, std::less<>> families;
  std::size_t rank = 0;
  while (csv.next_row()) {
    if (csv.whole_number(rank_column) != static_cast<std::int64_t>(++rank))
      csv.fail(rank_column, fmt::format("rank {} is wanted here", rank), "ranks count from 1", kRemedy);
    const bool is_first = families.emplace(reader.family()).second;
    if (is_first || rank <= kFirstRanks || rank % stride == 0) rows.push_back(reader.row(rank));
  }
  if (rank != wanted.candidates)
    csv.fail(fmt::format("the file has {} candidates", rank), fmt::format("results.json counts {}", wanted.candidates),
             kRemedy);
  return rows;
}

}  // namespace losscast
