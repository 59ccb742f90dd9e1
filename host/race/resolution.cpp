#include "race/resolution.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/error.hpp"
#include "race/run_noise.hpp"

namespace losscast {
namespace {

constexpr std::size_t kSample = 64;  // candidates whose blocks are judged
constexpr int kFiner = 4;            // times the blocks that these are judged by

// Candidates that exist, spread evenly over all numbers.
std::vector<std::int64_t> sample_of(const CandidateList& candidates, int threads) {
  const auto spread = [&](std::int64_t wanted) {
    std::vector<std::int64_t> numbers, found;
    const std::int64_t all = candidates.size(), count = std::min(all, wanted);
    for (std::int64_t i = 0; i < count; ++i) numbers.push_back(i * all / count);
    const auto made = candidates.make(numbers, threads);
    for (std::size_t i = 0; i < made.size() && found.size() < kSample; ++i)
      if (made[i]) found.push_back(numbers[i]);
    return found;
  };
  for (std::int64_t wanted = kSample;; wanted *= 16) {
    std::vector<std::int64_t> found = spread(wanted);
    if (!found.empty()) return found;
    if (wanted >= candidates.size()) throw_no_candidate(candidates.space());
  }
}

// Returns about how much blocks shift the difference of two candidates' means [nats]: twice the standard deviation,
// over a sample of them, of what four times as many blocks change, for the first draw.
double block_error(ExactMeans& means, std::span<const std::int64_t> sample, int blocks) {
  std::vector<float> coarse(sample.size()), fine(sample.size());
  means.set_blocks_per_segment(kFiner * blocks);
  means.observe(sample, 0, 1, fine);
  means.set_blocks_per_segment(blocks);
  means.observe(sample, 0, 1, coarse);
  double sum = 0, squares = 0;
  std::int64_t count = 0;
  for (std::size_t i = 0; i < sample.size(); ++i) {
    const double shift = static_cast<double>(coarse[i]) - static_cast<double>(fine[i]);
    if (!std::isfinite(shift)) continue;
    sum += shift;
    squares += shift * shift;
    ++count;
  }
  if (count < 2) return 0;
  const auto n = static_cast<double>(count);
  return 2 * std::sqrt(std::max(0.0, squares - sum * sum / n) / (n - 1));
}

}  // namespace

Resolution find_resolution(std::optional<double> delta, const CandidateList& candidates, const LossSde& sde,
                           ExactMeans& means, int threads) {
  const std::vector<std::int64_t> sample = sample_of(candidates, threads);
  Resolution found{delta.value_or(0), "given"};
  if (!delta) {
    found.delta = noise_of_a_run(sde, candidates.make({sample.data(), 1})[0]->recipe);
    found.delta_source =
        "the standard deviation of a run's final loss around "
        "its mean, by the fit";
    if (!(found.delta > 0))
      throw InputError("the fit gives a run no noise", "delta is that by default", "give delta, in nats");
  }
  constexpr double kRoomToRound = 1.05;  // up: two digits of less would name what is refused
  for (found.blocks_per_segment = kCoarsestBlocks;; found.blocks_per_segment *= 2) {
    found.unit_error = block_error(means, sample, found.blocks_per_segment);
    if (found.unit_error <= found.delta / 8) return found;
    if (found.blocks_per_segment == kFinestBlocks)
      throw InputError(fmt::format("delta = {:g} nats is too small", found.delta),
                       fmt::format("the integration's own error is {:.2g}", found.unit_error),
                       fmt::format("give at least {:.2g}", kRoomToRound * 8 * found.unit_error));
  }
}

}  // namespace losscast
