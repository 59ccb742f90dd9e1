#include "io/results_columns.hpp"

#include <cmath>

namespace losscast {
namespace {

void add_known(CsvWriter& table, double value) {
  if (std::isnan(value))
    table.add_empty();
  else
    table.add(value);
}

}  // namespace

std::vector<std::string> statistic_columns() {
  std::vector<std::string> names;
  for (const StatisticColumn& column : kStatisticColumns) names.emplace_back(column.name);
  for (const std::string quantile : kQuantileNames) {
    names.push_back(quantile + "_low");
    names.push_back(quantile + "_high");
  }
  return names;
}

void add_statistics(CsvWriter& table, const Statistics& statistics) {
  for (const StatisticColumn& column : kStatisticColumns) add_known(table, statistics.*column.member);
  for (const Interval& interval : statistics.intervals) {
    add_known(table, interval.low);
    add_known(table, interval.high);
  }
}

}  // namespace losscast
