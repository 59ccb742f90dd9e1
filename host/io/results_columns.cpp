#include "io/results_columns.hpp"

namespace losscast {

std::set<std::string> argument_names(std::span<const FamilySpace> families) {
  std::set<std::string> names;
  for (const FamilySpace& space : families) {
    for (const auto& [name, value] : space.fixed.values) names.insert(name);
    for (const Axis& axis : space.axes) names.insert(axis.argument);
  }
  names.erase("family");
  return names;
}

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
  for (const StatisticColumn& column : kStatisticColumns) table.add(statistics.*column.member);
  for (const Interval& interval : statistics.intervals) table.add(interval.low).add(interval.high);
}

}  // namespace losscast
