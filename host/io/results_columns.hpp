// The statistics that every result file reports of a loss, under the same names.
#pragma once

#include <iterator>
#include <string>
#include <vector>

#include "losscast/engine/statistics.hpp"
#include "losscast/format/csv_writer.hpp"

namespace losscast {

struct StatisticColumn {
  const char* name;
  double Statistics::*member;  // [nats], but for the reduction
};

inline constexpr StatisticColumn kStatisticColumns[] = {
    {"mean", &Statistics::mean},
    {"se", &Statistics::standard_error},
    {"posterior_se", &Statistics::posterior_error},
    {"reduction", &Statistics::reduction},
    {"q05", &Statistics::q05},
    {"q25", &Statistics::q25},
    {"q50", &Statistics::q50},
    {"q75", &Statistics::q75},
    {"q95", &Statistics::q95},
    {"q99", &Statistics::q99},
    {"q999", &Statistics::q999},
    {"tail_mean", &Statistics::tail_mean},
};

// The quantiles among them, in the order of kQuantileProbabilities and of Statistics::intervals.
inline constexpr const char* kQuantileNames[] = {"q05", "q25", "q50", "q75", "q95", "q99", "q999"};
static_assert(std::size(kQuantileNames) == kQuantileProbabilities.size());

// The columns that a table of statistics has, and what stands in them. A quantile that too few paths tell anything of
// is nan, with its interval.
std::vector<std::string> statistic_columns();
void add_statistics(CsvWriter& table, const Statistics& statistics);

}  // namespace losscast
