// Candidates whose values are known, for tests of a race.
#pragma once

#include <cmath>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "losscast/race/race.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast::test {

// Unit u of candidate i: mean_i + common noise of u + own_noise x normal(i, u).
class NormalPopulation final : public Population {
 public:
  NormalPopulation(std::vector<double> means, double own_noise, std::uint64_t seed,
                   std::int64_t units = std::int64_t{1} << 20)
      : means_(std::move(means)), own_noise_(own_noise), seed_(seed), units_(units) {}

  std::int64_t candidates() const override { return static_cast<std::int64_t>(means_.size()); }
  std::int64_t units() const override { return units_; }
  double path_steps() const override { return path_steps_; }
  void observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
               std::span<float> out) override {
    path_steps_ += static_cast<double>(numbers.size()) * static_cast<double>(count);
    std::size_t at = 0;
    for (const std::int64_t number : numbers) {
      const auto i = static_cast<std::size_t>(number);
      for (std::int64_t u = first; u < first + count; ++u)
        out[at++] = static_cast<float>(means_[i] + common(u) + own_noise_ * normal(i + 1, u));
    }
  }

  // Returns a candidate's mean over all units there are, without the noise that is common to all candidates.
  double value(std::int64_t number) const {
    double sum = 0;
    for (std::int64_t u = 0; u < units_; ++u) sum += normal(static_cast<std::uint64_t>(number) + 1, u);
    return means_[static_cast<std::size_t>(number)] + own_noise_ * sum / static_cast<double>(units_);
  }

 private:
  double common(std::int64_t unit) const { return 10 * normal(0, unit); }
  double normal(std::uint64_t who, std::int64_t unit) const {
    float four[4];
    normals4(random_bits(seed_, Stream::search, who, static_cast<std::uint32_t>(unit), 0), four);
    return static_cast<double>(four[0]);
  }

  std::vector<double> means_;
  double own_noise_;
  std::uint64_t seed_;
  std::int64_t units_;
  double path_steps_ = 0;
};

}  // namespace losscast::test
