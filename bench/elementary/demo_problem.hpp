// The demo SDE under 36 schedules, as the engine's tiles simulate it.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "bench/elementary/elementary.hpp"
#include "bench/elementary/elementary_sde.hpp"
#include "losscast/schedule/schedule.hpp"

namespace losscast::bench {

class DemoProblem {
 public:
  DemoProblem(Step steps, int threads);

  int schedules() const { return static_cast<int>(names_.size()); }
  Step steps() const { return steps_; }
  std::size_t blocks() const { return begin_.size(); }

  // Relative LR of every schedule at every step: a header of names, then a row a step.
  std::string table() const;

  // Some of the schedules.
  DemoProblem part(std::span<const std::size_t> schedules) const;

  // v(T) of consecutive paths, [schedules][paths], and if wanted its linear-noise variate.
  struct Paths {
    std::vector<float> values, projections;
  };
  enum class Projections { off, on };
  Paths simulate(std::int64_t first_path, std::int64_t paths, std::uint64_t seed, Pairing pairing,
                 Projections projections) const;

  // The linear-noise variate of a schedule is C = sum of weights x normals: v(T) to first order around the noise-free
  // path m, dv = (1 - 1.5 K x sqrt(m)) dv + x sqrt(C m) z. Its mean is 0, and this its standard deviation.
  double linear_noise_deviation(std::size_t schedule) const { return deviations_[schedule]; }

 private:
  double lr(std::size_t schedule, std::size_t step) const {
    return lrs_[schedule * static_cast<std::size_t>(steps_) + step];
  }

  void weigh_noise();

  Step steps_;
  int threads_;
  std::vector<std::string> names_;
  std::vector<double> lrs_;          // relative, [schedules][steps]
  std::vector<ElementaryRow> rows_;  // [schedules][blocks]
  std::vector<float> weights_;       // of the linear-noise variate, [schedules][steps]
  std::vector<double> deviations_;   // [schedules]
  std::vector<std::uint32_t> begin_;
  std::vector<int> last_, records_;
};

}  // namespace losscast::bench
