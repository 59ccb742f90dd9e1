// A run's setting as the numbers that the laws of finished runs take: natural logarithms over values in the middle of
// what such tables hold.
#pragma once

#include <cmath>

#include "losscast/scaling/finished_run.hpp"

namespace losscast {

inline constexpr double kMiddleBatch = 524'288;  // tokens: 256 sequences of 2048
inline constexpr double kSmallBatch = 65'536;    // tokens: 32 sequences of 2048

struct RunFeatures {
  double lr, params, tokens, batch, steps;  // logarithms
  double small_batch;                       // 1 at kSmallBatch, towards 0 for larger ones
};

inline RunFeatures features_of(const RunSetting& setting) {
  return {std::log(setting.peak_lr / 0.01), std::log(setting.params / 3e8),
          std::log(setting.tokens / 2e10),  std::log(setting.batch / kMiddleBatch),
          std::log(setting.steps() / 2e4),  std::sqrt(kSmallBatch / setting.batch)};
}

}  // namespace losscast
