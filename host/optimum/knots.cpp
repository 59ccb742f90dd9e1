#include "optimum/knots.hpp"

#include <cmath>

#include "losscast/base/contract.hpp"

namespace losscast {

Knots::Knots(Step begin, Step end, std::size_t count) {
  LOSSCAST_EXPECTS(begin < end && count >= 2);
  constexpr double kPi = 3.14159265358979323846;
  const auto first = static_cast<std::size_t>(begin), last = static_cast<std::size_t>(end) - 1;
  if (count > last - first) {
    for (std::size_t s = first; s <= last; ++s) steps_.push_back(s);
  } else {
    steps_ = {first};
    for (std::size_t i = 1; i < count; ++i) {
      const double z = (1 - std::cos(kPi * static_cast<double>(i) / static_cast<double>(count - 1))) / 2;
      const auto step = first + static_cast<std::size_t>(std::round(z * static_cast<double>(last - first)));
      if (step > steps_.back()) steps_.push_back(step);
    }
  }
  const std::vector<double> even(static_cast<std::size_t>(end), 1 / static_cast<double>(end - begin));
  weights_ = pull_back(even);
}

template <class Work>
void Knots::for_each_step(const Work& work) const {
  for (std::size_t k = 0; k + 1 < steps_.size(); ++k) {
    const auto gap = static_cast<double>(steps_[k + 1] - steps_[k]);
    for (std::size_t s = steps_[k]; s < steps_[k + 1]; ++s) {
      const double z = static_cast<double>(s - steps_[k]) / gap;
      work(k, s, 1 - z, z);
    }
  }
}

std::vector<double> Knots::sample(std::span<const double> of_steps) const {
  std::vector<double> of_knots;
  of_knots.reserve(steps_.size());
  for (const std::size_t s : steps_) of_knots.push_back(of_steps[s]);
  return of_knots;
}

void Knots::draw(std::span<const double> of_knots, std::span<double> of_steps) const {
  for_each_step([&](std::size_t k, std::size_t s, double here, double next) {
    of_steps[s] = here * of_knots[k] + next * of_knots[k + 1];
  });
  of_steps[steps_.back()] = of_knots.back();
}

std::vector<double> Knots::pull_back(std::span<const double> of_steps) const {
  std::vector<double> of_knots(steps_.size(), 0.0);
  for_each_step([&](std::size_t k, std::size_t s, double here, double next) {
    of_knots[k] += here * of_steps[s];
    if (next > 0) of_knots[k + 1] += next * of_steps[s];
  });
  of_knots.back() += of_steps[steps_.back()];
  return of_knots;
}

}  // namespace losscast
