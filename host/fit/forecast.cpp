#include "losscast/fit/forecast.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string_view>

#include "fit/run_deviation.hpp"
#include "losscast/base/error.hpp"
#include "losscast/engine/mean_sample.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/model/instability.hpp"
#include "losscast/random/derived_seed.hpp"

namespace losscast {

namespace {

// A quantity of a run that lies beyond those of the training curves by more than the tolerance.
bool is_above(double value, double most) { return value > most * (1 + kSameQuantity); }
bool is_below(double value, double least) { return value < least * (1 - kSameQuantity); }

}  // namespace

LossSde make_sde(const Fit& fit, const Uncertainty& uncertainty) {
  LossSde sde;
  sde.model = &find_model(fit.model);
  const auto expected = sde.model->parameters();
  bool same = expected.size() == fit.parameters.size();
  for (std::size_t p = 0; same && p < expected.size(); ++p) same = expected[p].name == fit.parameters[p].name;
  if (!same)
    throw InputError(fmt::format("the fit's parameters are not those of model {}", fit.model),
                     "it was made by another version", "fit again");
  sde.reference = fit.reference;
  sde.weight_decay = fit.weight_decay;
  if (uncertainty.parameters == Uncertainty::Source::on) {
    sde.draws = fit.draws;
  } else {
    sde.draws = {parameter_values(fit)};
  }
  if (uncertainty.noise == Uncertainty::Source::on) {
    sde.noise.river = static_cast<float>(fit.noise.river_noise.value);
    sde.noise.four_over_d = static_cast<float>(4 / fit.noise.hill_dimensions.value);
    sde.noise.startup_shift = static_cast<float>(fit.noise.startup_shift.value);
    sde.noise.run_offset = static_cast<float>(fit.noise.run_offset.value);
  }
  if (uncertainty.observation == Uncertainty::Source::on)
    sde.noise.observation = static_cast<float>(fit.noise.observation_noise.value);
  sde.spikes = fit.hazard.spikes;
  return sde;
}

LossSde with_draws_in_turn(LossSde sde, std::uint64_t seed) {
  const auto count = static_cast<std::int64_t>(sde.draws.size()), batches = batch_count(count);
  // A fit's batch b holds the draws from b x count / batches on, rounded up.
  const auto begin = [&](std::int64_t batch) { return (batch * count + batches - 1) / batches; };
  std::vector<std::vector<double>> draws;
  for (std::int64_t k = 0; k * batches < count; ++k)
    for (std::int64_t b = 0; b < batches; ++b) {
      const std::int64_t size = begin(b + 1) - begin(b);
      const std::uint64_t first = derived_seed(seed, Stream::parameters, static_cast<std::uint64_t>(b));
      const auto place = static_cast<std::int64_t>(first % static_cast<std::uint64_t>(size));
      if (k < size) draws.push_back(sde.draws[static_cast<std::size_t>(begin(b) + (place + k) % size)]);
    }
  sde.draws = std::move(draws);
  return sde;
}

LossSde with_offset_of(LossSde sde, const Recipe& recipe) {
  sde.noise.run_offset = static_cast<float>(run_deviation(sde, recipe));
  return sde;
}

double standing_peak_lr(const Fit& fit) {
  constexpr double kCost = 5e-3;  // nats
  constexpr double kDoubt = 0.1;
  const auto limit = std::find_if(fit.parameters.begin(), fit.parameters.end(),
                                  [](const ParameterEstimate& one) { return one.name == "limit"; });
  if (limit == fit.parameters.end() || fit.draws.empty()) return std::numeric_limits<double>::infinity();
  std::vector<double> limits;
  for (const auto& draw : fit.draws) limits.push_back(draw[static_cast<std::size_t>(limit - fit.parameters.begin())]);
  const auto low = limits.begin() + static_cast<std::ptrdiff_t>(kDoubt * static_cast<double>(limits.size()));
  std::nth_element(limits.begin(), low, limits.end());
  return *low * fit.reference.lr * peak_that_costs(kCost);
}

std::vector<std::string> extrapolations(const Fit& fit, const Schedule& schedule) {
  std::vector<std::string> out;
  const RangesSeen& seen = fit.seen;
  if (is_above(schedule.peak_lr(), seen.peak_lr_max))
    out.push_back(fmt::format("peak_lr {:.4g} above {:.4g}{}", schedule.peak_lr(), seen.peak_lr_max,
                              schedule.peak_lr() > standing_peak_lr(fit) ? " and above what the fit stands for" : ""));
  if (is_below(schedule.peak_lr(), seen.peak_lr_min))
    out.push_back(fmt::format("peak_lr {:.4g} below {:.4g}", schedule.peak_lr(), seen.peak_lr_min));
  const auto steps = static_cast<double>(schedule.total_steps());
  if (is_below(steps, static_cast<double>(seen.total_steps_min)))
    out.push_back(fmt::format("total_steps {} below {}", schedule.total_steps(), seen.total_steps_min));
  if (is_above(steps, static_cast<double>(seen.total_steps_max)))
    out.push_back(fmt::format("total_steps {} above {}", schedule.total_steps(), seen.total_steps_max));
  return out;
}

std::optional<std::string> size_extrapolation(const Fit& fit) {
  if (!fit.moved_from || !fit.params) return {};
  const double ratio = *fit.params / *fit.moved_from;
  return fmt::format("params {:.4g}, {:.3g} times as {} as the nearest size trained, {:.4g}", *fit.params,
                     std::max(ratio, 1 / ratio), ratio > 1 ? "large" : "small", *fit.moved_from);
}

std::vector<std::string> far_extrapolations(const Fit& fit, const Recipe& recipe, double weight_decay) {
  std::vector<std::string> out;
  const auto look_at = [&](std::string_view name, double value, double least, double most) {
    if (!(least > 0) || !(value > 0)) return;  // not known
    if (is_above(value, kFarFactor * most)) out.push_back(fmt::format("{} {:.4g} far above {:.4g}", name, value, most));
    if (is_below(value, least / kFarFactor))
      out.push_back(fmt::format("{} {:.4g} far below {:.4g}", name, value, least));
  };
  look_at("peak_lr", recipe.peak_lr(), fit.seen.peak_lr_min, fit.seen.peak_lr_max);
  look_at("total_steps", static_cast<double>(recipe.total_steps()), static_cast<double>(fit.seen.total_steps_min),
          static_cast<double>(fit.seen.total_steps_max));
  const Step last = recipe.total_steps() - 1;
  const StepValues decay = weight_decay_of(recipe, weight_decay);
  for (const Step s : {Step{0}, last})
    look_at("weight_decay", decay.at(s), fit.seen.weight_decay_min, fit.seen.weight_decay_max);
  if (recipe.batch)
    for (const Step s : {Step{0}, last})
      look_at("batch_size", recipe.batch->at(s), fit.seen.batch_min, fit.seen.batch_max);
  look_at("params", fit.params.value_or(0), fit.seen.params_min.value_or(0), fit.seen.params_max.value_or(0));
  out.erase(std::unique(out.begin(), out.end()), out.end());
  return out;
}

}  // namespace losscast
