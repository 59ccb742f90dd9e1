// Whether an estimator is what it says: over independent repetitions it is right on average, errs as much as it claims,
// and its intervals hold the truth as often as they should.
#pragma once

#include <cmath>
#include <vector>

#include "losscast/engine/mean_sample.hpp"
#include "random/student_t.hpp"

namespace losscast::test {

struct Repetition {
  double estimate;
  double standard_error;  // without the widening by Student's factor
  double half_width;      // of the 95% interval
};

// What a mean claims of itself.
inline Repetition repetition_of(const MeanEstimate& estimate) {
  const double half = half_width(estimate, 0.95);
  return {estimate.mean, half / student_exceeded(0.025, estimate.freedom), half};
}

struct Verdict {
  double mean_z;       // mean of estimate - truth, over the standard deviation of such a mean: standard normal
  double ratio;        // mean square of estimate - truth over the mean of the squared claims: 1
  double coverage;     // share of repetitions whose 95% interval holds the truth
  double uncertainty;  // standard deviation of the ratio

  bool unbiased() const { return std::abs(mean_z) < 5; }
  bool honest() const { return std::abs(ratio - 1) < 5 * uncertainty; }
  bool covers() const { return coverage > 0.93 && coverage < 0.97; }
};

// Errors are pooled where they are judged, as an estimate and its own claim are not independent where units are skewed.
inline Verdict judge(const std::vector<Repetition>& all, double truth) {
  const auto count = static_cast<double>(all.size());
  double sum = 0, squares = 0, fourths = 0, claims = 0, held = 0;
  for (const Repetition& one : all) {
    const double error = one.estimate - truth, square = error * error;
    sum += error;
    squares += square;
    fourths += square * square;
    claims += one.standard_error * one.standard_error;
    held += std::abs(error) < one.half_width ? 1 : 0;
  }
  const double mean_square = squares / count;
  return {sum / std::sqrt(squares), squares / claims, held / count,
          std::sqrt((fourths / count - mean_square * mean_square) / count) / (claims / count)};
}

// A large sample cut into repetitions of `units` units each; units are fewer than the draws, or there is one draw.
inline std::vector<Repetition> repetitions_of(const MeanSample& sample, std::size_t units) {
  std::vector<Repetition> all;
  for (std::size_t first = 0; first + units <= sample.units.size(); first += units) {
    const auto begin = sample.units.begin() + static_cast<std::ptrdiff_t>(first);
    const MeanEstimate estimate =
        estimate_mean({sample.centre, {begin, begin + static_cast<std::ptrdiff_t>(units)}, sample.draws, {}});
    all.push_back(repetition_of(estimate));
  }
  return all;
}

}  // namespace losscast::test
