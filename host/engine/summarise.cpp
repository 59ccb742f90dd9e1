#include "losscast/engine/summarise.hpp"

#include <vector>

#include "engine/quantiles.hpp"
#include "kernels/sort_cpu.hpp"
#include "losscast/engine/mean_sample.hpp"

namespace losscast {

Statistics summarise(std::span<float> values, std::int64_t draws) {
  Statistics out = summarise_paths(values);
  const MeanEstimate estimate = estimate_mean({0, {values.begin(), values.end()}, draws, batch_means(values, draws)});
  out.standard_error = estimate.simulation_error;
  out.posterior_error = estimate.posterior_error;
  const std::vector<float> in_order(values.begin(), values.end());
  sort_by_key(values, kLargestLoss);
  add_quantiles({in_order, 0, Pairing::independent, draws}, values, nullptr, out);
  return out;
}

}  // namespace losscast
