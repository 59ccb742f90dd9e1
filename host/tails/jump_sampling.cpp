#include "tails/jump_sampling.hpp"

#include <algorithm>

#include "losscast/base/contract.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/uniform.hpp"

namespace losscast {
namespace {

constexpr auto kOwnLaw = static_cast<std::int64_t>(kMostWeight);  // one sample of so many

double largest_mean(const std::vector<JumpBlock>& blocks) {
  double largest = 0;
  for (const JumpBlock& block : blocks) largest = std::max(largest, block.mean);
  return largest;
}

double largest_tilt(const std::vector<JumpBlock>& blocks) { return (1 - 1e-6) / largest_mean(blocks); }

// Where a falling or rising function crosses zero: the last theta at which `before` still holds.
template <class Predicate>
double bisect(double high, const Predicate& before) {
  double low = 0;
  for (int i = 0; i < 60; ++i) {
    const double middle = (low + high) / 2;
    (before(middle) ? low : high) = middle;
  }
  return low;
}

// The first of ascending numbers from `from` on that is larger. It is looked for in strides that double, as it is near
// where jumps are dense.
std::vector<double>::const_iterator first_above(std::vector<double>::const_iterator from,
                                                std::vector<double>::const_iterator end, double number) {
  std::ptrdiff_t stride = 1;
  while (end - from > stride && from[stride] <= number) {
    from += stride;
    stride *= 2;
  }
  return std::upper_bound(from, end - from > stride ? from + stride : end, number);
}

// Jumps of the blocks under one law, found one after another: as the first point of a Poisson process within each
// block, of intensity -log(1 - p), which has one with probability p. A jump takes one update, however many blocks lie
// before it.
class JumpLaw {
 public:
  JumpLaw(const std::vector<JumpBlock>& blocks, double theta) {
    double hazard = 0;
    for (const JumpBlock& block : blocks) {
      const double gain = 1 / (1 - theta * block.mean);
      // Like the engine's uniform variates, which end at 1 - 2^-24, no probability comes to 1.
      const double p =
          std::min(block.probability * gain / (1 - block.probability + block.probability * gain), 1 - 0x1p-24);
      hazard -= math::log(1 - p);
      hazard_.push_back(hazard);
      mean_.push_back(block.mean * gain);
    }
  }

  double sample(std::uint64_t seed, std::uint32_t group, std::uint64_t number, std::int64_t& updates) const {
    double size = 0, passed = 0;
    auto at = hazard_.begin();
    for (std::uint32_t jump = 0;; ++jump) {
      ++updates;
      const RandomBits bits = random_bits(seed, Stream::tail_jumps, number, jump, group);
      passed -= log_uniform(bits.word[0]);
      at = first_above(at, hazard_.end(), passed);
      if (at == hazard_.end()) return size;
      size -= mean_[static_cast<std::size_t>(at - hazard_.begin())] * log_uniform(bits.word[1]);
      passed = *at;
    }
  }

 private:
  static double log_uniform(std::uint32_t word) { return math::log(static_cast<double>(open_uniform(word))); }

  std::vector<double> hazard_, mean_;  // up to the end of each block; of what a jump there leaves
};

}  // namespace

double cumulant(const std::vector<JumpBlock>& blocks, double theta) {
  LOSSCAST_EXPECTS(theta >= 0 && theta * largest_mean(blocks) < 1);
  double sum = 0;
  for (const JumpBlock& block : blocks)
    sum += math::log(1 - block.probability + block.probability / (1 - theta * block.mean));
  return sum;
}

double tilted_mean(const std::vector<JumpBlock>& blocks, double theta) {
  LOSSCAST_EXPECTS(theta >= 0 && theta * largest_mean(blocks) < 1);
  double sum = 0;
  for (const JumpBlock& block : blocks) {
    const double gain = 1 / (1 - theta * block.mean);
    sum += block.probability * gain / (1 - block.probability + block.probability * gain) * block.mean * gain;
  }
  return sum;
}

double expected_jumps(const std::vector<JumpBlock>& blocks, double theta) {
  LOSSCAST_EXPECTS(theta >= 0 && theta * largest_mean(blocks) < 1);
  double sum = 0;
  for (const JumpBlock& block : blocks) {
    const double gain = 1 / (1 - theta * block.mean);
    sum += block.probability * gain / (1 - block.probability + block.probability * gain);
  }
  return sum;
}

std::int64_t affordable_samples(const std::vector<JumpBlock>& blocks, double theta, std::int64_t wanted,
                                std::int64_t updates) {
  const double affordable = static_cast<double>(updates) / (1 + expected_jumps(blocks, theta));
  return affordable < static_cast<double>(wanted) ? static_cast<std::int64_t>(affordable) : wanted;
}

double tilt_to_mean(const std::vector<JumpBlock>& blocks, double size) {
  if (blocks.empty()) return 0;
  return bisect(largest_tilt(blocks), [&](double theta) { return tilted_mean(blocks, theta) < size; });
}

double tilt_to_probability(const std::vector<JumpBlock>& blocks, double probability) {
  if (blocks.empty()) return 0;
  const double bound = math::log(probability);
  return bisect(largest_tilt(blocks),
                [&](double theta) { return cumulant(blocks, theta) - theta * tilted_mean(blocks, theta) > bound; });
}

JumpSamples sample_jumps(const std::vector<JumpBlock>& blocks, double theta, std::uint64_t seed, std::uint32_t group,
                         std::int64_t first, std::int64_t count) {
  const JumpLaw own(blocks, 0), tilted(blocks, theta);
  const double log_mean = cumulant(blocks, theta);
  JumpSamples out;
  out.samples.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = first; i < first + count; ++i) {
    const JumpLaw& law = i % kOwnLaw == 0 ? own : tilted;
    const double size = law.sample(seed, group, static_cast<std::uint64_t>(i), out.updates);
    constexpr double kOwnShare = 1 / kMostWeight;
    out.samples.push_back({size, 1 / (kOwnShare + (1 - kOwnShare) * math::exp(theta * size - log_mean))});
  }
  return out;
}

}  // namespace losscast
