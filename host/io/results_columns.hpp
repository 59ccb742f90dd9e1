// The columns of results.csv: the statistics that every result file reports of a loss, under the same names, and what
// is known of the difference to the best.
#pragma once

#include <iterator>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "losscast/engine/statistics.hpp"
#include "losscast/format/csv_writer.hpp"
#include "losscast/space/space.hpp"
#include "losscast/sweep/result.hpp"

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

struct DifferenceColumn {
  const char* name;
  double PairedDifference::*member;  // [nats]
};

inline constexpr DifferenceColumn kDifferenceColumns[] = {
    {"difference", &PairedDifference::mean},
    {"difference_se", &PairedDifference::standard_error},
    {"difference_posterior_se", &PairedDifference::posterior_error},
    {"difference_low", &PairedDifference::low},
    {"difference_high", &PairedDifference::high},
};

struct KnownColumn {
  const char* name;
  double KnownDifference::*member;  // [nats], but for the probability
};

inline constexpr KnownColumn kKnownColumns[] = {
    {"known_difference", &KnownDifference::mean},
    {"known_low", &KnownDifference::low},
    {"known_high", &KnownDifference::high},
    {"p_within", &KnownDifference::p_within},
};

// Where divergence has a cost.
inline constexpr const char* kDivergenceColumns[] = {"p_diverge", "weighed_mean"};

// The names of the arguments of all families, sorted, without "family" itself.
std::set<std::string> argument_names(std::span<const FamilySpace> families);

// The columns that a table of statistics has, and what stands in them. A quantile that too few paths tell anything of
// is nan, with its interval.
std::vector<std::string> statistic_columns();
void add_statistics(CsvWriter& table, const Statistics& statistics);

}  // namespace losscast
