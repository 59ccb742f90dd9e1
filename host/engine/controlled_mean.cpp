#include "engine/controlled_mean.hpp"

#include <algorithm>
#include <vector>

#include "losscast/engine/statistics.hpp"

namespace losscast {
namespace {

std::size_t paths_of_unit(Pairing pairing) { return pairing == Pairing::antithetic ? 2 : 1; }

// Returns the mean of the values that are not lost; NaN without any.
double mean_of_kept(std::span<const float> values) {
  double sum = 0;
  int count = 0;
  for (const float value : values)
    if (!is_lost(value)) sum += static_cast<double>(value), ++count;
  return sum / count;
}

}  // namespace

MeanSample controlled_sample(std::span<const float> values, std::uint64_t first_path, Pairing pairing,
                             std::int64_t draws, std::span<const float> twins, const DrawParameters& parameters) {
  const bool none_lost = std::all_of(values.begin(), values.end(), [](float value) { return !is_lost(value); });
  const bool control = none_lost && !twins.empty();
  MeanSample sample;
  sample.draws = draws;
  if (control) {
    ExactMoments of_twins;
    for (const float twin : twins) of_twins.add(twin);
    sample.centre = of_twins.mean();
    sample.batches = batch_means(twins, draws);
  }
  const std::size_t together = paths_of_unit(pairing);
  std::vector<double> units;
  units.reserve(values.size() / together);
  sample.first_unit = static_cast<std::int64_t>(first_path / together % static_cast<std::uint64_t>(draws));
  for (std::size_t first = 0; first < values.size(); first += together) {
    const double mean = mean_of_kept(values.subspan(first, together));
    const std::size_t draw =
        (static_cast<std::size_t>(sample.first_unit) + first / together) % static_cast<std::size_t>(draws);
    units.push_back(control ? mean - static_cast<double>(twins[draw]) : mean);
  }
  if (control && parameters.count() > 0)
    take_out_draws(units, static_cast<std::size_t>(sample.first_unit), parameters, twins);
  for (const double unit : units) sample.units.push_back(static_cast<float>(unit));
  if (!control) sample.batches = batch_means(sample.units, draws, sample.first_unit);
  return sample;
}

double plain_variance_of_mean(std::span<const float> values, Pairing pairing, std::int64_t draws) {
  MeanSample firsts;
  firsts.draws = draws;
  const std::size_t together = paths_of_unit(pairing);
  for (std::size_t first = 0; first < values.size(); first += together) firsts.units.push_back(values[first]);
  const double error = estimate_mean(firsts).simulation_error;
  return error * error / static_cast<double>(together);
}

}  // namespace losscast
