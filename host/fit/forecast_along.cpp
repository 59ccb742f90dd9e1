#include "losscast/fit/forecast_along.hpp"

#include "fit/losses_along.hpp"
#include "losscast/base/parallel.hpp"

namespace losscast {

std::vector<LossForecast> forecast_along(const LossSde& sde, const Recipe& recipe, std::span<const Step> steps,
                                         int threads) {
  const LossesAlong losses(sde, recipe, {steps.begin(), steps.end()}, threads);
  std::vector<LossForecast> out(steps.size());
  parallel_for(static_cast<std::int64_t>(steps.size()), threads, [&](std::int64_t i) {
    const auto at = static_cast<std::size_t>(i);
    out[at] = forecast_of(losses.loss(losses.place(steps[at])));
  });
  return out;
}

}  // namespace losscast
