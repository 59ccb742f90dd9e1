#include "fit/law_error.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>

#include "losscast/base/contract.hpp"
#include "losscast/math/elementary.hpp"
#include "losscast/model/coarse_table.hpp"
#include "losscast/random/counter.hpp"
#include "losscast/random/normal.hpp"

namespace losscast {
namespace {

// Lengths over which the error changes. Runs whose peak or horizon differs by a factor of 1.65 are as much alike as two
// neighbours of the usual grids, whose peaks lie a factor of 2 apart: e^(-1/2) for one length.
constexpr double kPeakLength = 0.5, kStepsLength = 0.5;
// The mean LR over the peak is 1/2 for a linear or cosine decay and near 1 for a late cool-down: three lengths.
constexpr double kMeanLrLength = 0.15;
// The final LR over the peak is 0 or 0.1 for most runs, which are much alike, and 1 for a constant LR.
constexpr double kFinalLrLength = 0.3;
// A factor of 1.65, as for the peak: laws know of both by the products with the LR that they enter.
constexpr double kWeightDecayLength = 0.5, kBatchLength = 0.5;

constexpr int kBlocks = 16;  // of a segment, for the mean LR: a feature need not be sharper

double log_or_zero(double value) { return value > 0 ? math::log(value) : 0; }

// A fraction of a turn as a word of 32 bits.
std::uint32_t word_of_turns(double turns) {
  return static_cast<std::uint32_t>(static_cast<std::uint64_t>((turns - std::floor(turns)) * 0x1p32));
}

double mean_over_peak(const Recipe& recipe, double peak) {
  double sum = 0;
  for (const double block : coarse_power_sums(recipe, peak, 1, kBlocks)) sum += block;
  return sum / static_cast<double>(recipe.total_steps());
}

}  // namespace

RecipeFeatures recipe_features(const LossSde& sde, const Recipe& recipe) {
  const Step last = recipe.total_steps() - 1;
  const double peak = recipe.peak_lr(), batch = recipe.batch ? recipe.batch->at(last) : sde.reference.batch;
  const double mean = peak > 0 ? mean_over_peak(recipe, peak) : 0, end = peak > 0 ? recipe.schedule.lr(last) / peak : 0;
  return {log_or_zero(peak) / kPeakLength,
          math::log(static_cast<double>(recipe.total_steps())) / kStepsLength,
          mean / kMeanLrLength,
          end / kFinalLrLength,
          log_or_zero(weight_decay_of(recipe, sde.weight_decay).at(last)) / kWeightDecayLength,
          log_or_zero(batch) / kBatchLength};
}

UnitLawError::UnitLawError(std::uint64_t seed, std::int64_t samples) : samples_(static_cast<std::size_t>(samples)) {
  constexpr double kTurn = 0x1.921fb54442d18p+2;  // 2 pi
  for (std::size_t i = 0; i < samples_.size(); ++i) {
    for (std::size_t m = 0; m < samples_[i].size(); ++m) {
      const auto bits = [&](std::uint32_t group) {
        return random_bits(seed, Stream::offset, i, static_cast<std::uint32_t>(m), group);
      };
      float normals[2][4];
      normals4(bits(0), normals[0]);
      normals4(bits(1), normals[1]);
      Wave& wave = samples_[i][m];
      for (std::size_t f = 0; f < wave.frequency.size(); ++f)
        wave.frequency[f] = static_cast<double>(normals[f / 4][f % 4]) / kTurn;
      wave.phase = static_cast<double>(bits(2).word[0]) * 0x1p-32;
    }
  }
}

double UnitLawError::at(std::int64_t sample, const RecipeFeatures& features) const {
  LOSSCAST_EXPECTS(0 <= sample && static_cast<std::size_t>(sample) < samples_.size());
  double sum = 0;
  for (const Wave& wave : samples_[static_cast<std::size_t>(sample)]) {
    double turns = wave.phase;
    for (std::size_t f = 0; f < features.size(); ++f) turns += wave.frequency[f] * features[f];
    float sine, cosine;
    math::sincos_turns(word_of_turns(turns), sine, cosine);
    sum += static_cast<double>(cosine);
  }
  return std::sqrt(2.0 / kWaves) * sum;
}

}  // namespace losscast
