#include "race/run_noise.hpp"

#include <cmath>
#include <vector>

namespace losscast {
namespace {

constexpr int kBlocks = 256;  // of a segment

}  // namespace

double noise_of_a_run(const LossSde& sde, const Recipe& recipe) {
  std::vector<double> mean(sde.draws.front().size(), 0);
  for (const std::vector<double>& draw : sde.draws)
    for (std::size_t p = 0; p < mean.size(); ++p) mean[p] += draw[p] / static_cast<double>(sde.draws.size());
  const BlockTable table =
      make_coarse_table(recipe, sde.model->effective_lr(), sde.reference, sde.weight_decay, kBlocks);
  const int last[] = {static_cast<int>(table.blocks.size())};
  return std::sqrt(sde.model->moments(table, mean, sde.noise, Scheme::exact_moments, last)[0].variance);
}

}  // namespace losscast
