#include "race/simulated_units.hpp"

#include <algorithm>
#include <numeric>

#include "losscast/base/contract.hpp"
#include "losscast/base/parallel.hpp"
#include "race/objective_units.hpp"
#include "space/existing_schedules.hpp"

namespace losscast {

void SimulatedUnits::observe(std::span<const std::int64_t> numbers, std::int64_t first, std::int64_t count,
                             std::span<float> out) {
  LOSSCAST_EXPECTS(first == 0);
  const auto units = static_cast<std::size_t>(count), paths = units * kPathsOfAUnit;
  // Values of so many schedules at once take some tens of megabytes.
  const std::size_t at_once =
      std::clamp<std::size_t>((std::size_t{1} << 23) / paths, 1, CoarseEnsemble::kMostSchedulesAtOnce);
  std::vector<float> values, means;
  for (std::size_t begin = 0; begin < numbers.size(); begin += at_once) {
    const auto part = numbers.subspan(begin, std::min(numbers.size() - begin, at_once));
    const ExistingSchedules made(candidates_, part, threads_);
    const std::size_t schedules = made.recipes().size();
    values.resize(schedules * paths);
    means.resize(schedules * units);
    paths_.evaluate(made.recipes(), blocks_per_segment_, 0, static_cast<std::int64_t>(paths), values);
    parallel_for(static_cast<std::int64_t>(schedules), threads_, [&](std::int64_t s) {
      const auto losses = std::span(values).subspan(static_cast<std::size_t>(s) * paths, paths);
      to_contributions(objective_, losses);
      for (std::size_t u = 0; u < units; ++u)
        means[static_cast<std::size_t>(s) * units + u] = static_cast<float>(
            std::accumulate(losses.begin() + static_cast<std::ptrdiff_t>(u * kPathsOfAUnit),
                            losses.begin() + static_cast<std::ptrdiff_t>((u + 1) * kPathsOfAUnit), 0.0) /
            kPathsOfAUnit);
    });
    divergence_cost_.add_to(made.recipes(), means, threads_);
    made.spread(means, units, out.subspan(begin * units));
  }
}

}  // namespace losscast
