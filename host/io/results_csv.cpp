#include "io/results_csv.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <iterator>
#include <set>
#include <vector>

#include "io/results_columns.hpp"
#include "losscast/format/csv_writer.hpp"
#include "losscast/schedule/schedule_text.hpp"

namespace losscast {

namespace {

std::vector<std::string> header(const SweepConfig& config, const std::set<std::string>& arguments) {
  std::vector<std::string> names = {"rank", "family"};
  names.insert(names.end(), arguments.begin(), arguments.end());
  for (std::string& name : statistic_columns()) names.push_back(std::move(name));
  for (const KnownColumn& column : kKnownColumns) names.emplace_back(column.name);
  for (const DifferenceColumn& column : kDifferenceColumns) names.emplace_back(column.name);
  if (config.divergence_cost > 0)
    names.insert(names.end(), std::begin(kDivergenceColumns), std::end(kDivergenceColumns));
  names.insert(names.end(), {"paths", "extrapolates", "status"});
  return names;
}

void add(CsvWriter& table, const Value& value) {
  // A word stands as it is; a list as it would in a TOML file.
  if (const auto* word = std::get_if<std::string>(&value))
    table.add(*word);
  else
    table.add(value_text(value));
}

void add_row(CsvWriter& table, std::size_t rank, const SweepConfig& config, const RankedCandidate& one,
             const std::set<std::string>& arguments) {
  table.add(rank).add(config.space.families[one.candidate.family].family);
  for (const std::string& name : arguments) {
    const auto found = one.candidate.arguments.values.find(name);
    if (found == one.candidate.arguments.values.end())
      table.add_empty();
    else
      add(table, found->second);
  }
  add_statistics(table, one.statistics);
  for (const KnownColumn& column : kKnownColumns) table.add(one.known.*column.member);
  for (const DifferenceColumn& column : kDifferenceColumns) table.add(one.difference.*column.member);
  if (config.divergence_cost > 0) table.add(one.divergence.p_diverge).add(one.statistics.mean + one.divergence.added);
  table.add(one.paths)
      .add(fmt::format("{}", fmt::join(one.extrapolations, "; ")))
      .add(status_name(one.statistics.status));
  table.end_row();
}

}  // namespace

double bytes_of_row(const SweepConfig& config) {
  constexpr double kNumber = 18, kArgument = 8, kRest = 25;  // with their commas, as such tables have them
  const std::size_t numbers = statistic_columns().size() + std::size(kKnownColumns) + std::size(kDifferenceColumns) +
                              (config.divergence_cost > 0 ? std::size(kDivergenceColumns) : 0);
  return kNumber * static_cast<double>(numbers) +
         kArgument * static_cast<double>(argument_names(config.space.families).size()) + kRest;
}

SweepCounts write_results_csv(const SweepConfig& config, const RankedRows& rows, const RowChunks& chunks,
                              AtomicFile& file) {
  const std::set<std::string> arguments = argument_names(config.space.families);
  const std::vector<std::string> names = header(config, arguments);
  file.append(CsvWriter(names).text());
  return count_ranked(rows, chunks, [&](std::size_t first, std::span<const RankedCandidate> some) {
    CsvWriter table(names.size());
    for (const RankedCandidate& one : some) add_row(table, ++first, config, one, arguments);
    return [&file, text = std::move(table).text()] { file.append(text); };
  });
}

}  // namespace losscast
