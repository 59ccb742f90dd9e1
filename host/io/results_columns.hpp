// The statistics that every result file reports of a loss, under the same names.
#pragma once

#include "losscast/engine/statistics.hpp"

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

}  // namespace losscast
