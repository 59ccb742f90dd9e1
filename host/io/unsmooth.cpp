#include "io/unsmooth.hpp"

#include <cmath>

namespace losscast {

void unsmooth(const Smoothing& smoothing, std::span<double> values) {
  const double weight = smoothing.weight;
  double before = 0;     // the average before this row
  double forgotten = 1;  // weight^t: the part of a debiased average that is still the 0 before the first row
  for (std::size_t i = 0; i < values.size(); ++i) {
    double average = values[i];
    if (smoothing.debiased) {
      forgotten *= weight;
      average *= 1 - forgotten;
    } else if (i == 0) {
      before = average;
    }
    values[i] = (average - weight * before) / (1 - weight);
    before = average;
  }
}

double error_growth(const Smoothing& smoothing) { return std::hypot(1.0, smoothing.weight) / (1 - smoothing.weight); }

}  // namespace losscast
