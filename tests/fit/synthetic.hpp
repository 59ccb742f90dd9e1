// Curves made from a model's own law, so that a fit's answer is known.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "bench/common/normals.hpp"
#include "losscast/fit/curve.hpp"
#include "losscast/fit/fit_model.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast::test {

inline constexpr double kPeak = 3e-4;
// Of fits to runs of which the constant one below is the longest.
inline constexpr Reference kScales{kPeak, 11749.5, 0.1, 0};
inline constexpr Step kSteps = 12000, kWarmup = 500, kLogEvery = 100;

using bench::Normals;

// Schedules of kSteps updates, unless said otherwise, with a warm-up of kWarmup.
inline Schedule schedule(const std::string& family, std::map<std::string, Value> more = {}) {
  std::map<std::string, Value> values = {{"family", family},
                                         {"peak_lr", kPeak},
                                         {"warmup_steps", static_cast<double>(kWarmup)},
                                         {"total_steps", static_cast<double>(kSteps)}};
  for (auto& [key, value] : more) values.insert_or_assign(key, std::move(value));
  return make_schedule(Arguments{std::move(values)});
}
inline Schedule constant() { return schedule("constant"); }
inline Schedule cosine() { return schedule("cosine", {{"final_lr", 3e-5}}); }
inline Schedule two_stage() { return schedule("two-stage", {{"decay_start", 6000.0}, {"final_lr", 9e-5}}); }
inline Schedule wsd() {
  return schedule("wsd", {{"shape", std::string("linear")}, {"decay_start", 9000.0}, {"final_lr", 0.0}});
}

// A fit of known parameters, as far as fitted_law() and make_request() look at it.
inline Fit known_fit(const SdeModel& model, const std::vector<double>& parameters) {
  Fit fit;
  fit.model = model.name();
  fit.reference = kScales;
  fit.weight_decay = 0.1;
  for (std::size_t p = 0; p < parameters.size(); ++p)
    fit.parameters.push_back({std::string(model.parameters()[p].name), parameters[p]});
  fit.draws = {parameters};
  return fit;
}

// Parameters like those of public runs: priors' means where there are priors, which then pull nothing aside.
inline std::vector<double> typical_parameters(const SdeModel& model) {
  std::vector<double> values;
  for (const ModelParameter& parameter : model.parameters_for({.reference = kScales, .initial_rms = {}})) {
    if (parameter.fixed) {
      values.push_back(*parameter.fixed);
    } else if (parameter.prior) {
      const bool log = parameter.scale == ModelParameter::Scale::log;
      values.push_back(log ? std::exp(parameter.prior->mean) : parameter.prior->mean);
    } else {
      values.push_back(parameter.name == "L0" ? 2.7 : parameter.name == "A" ? 0.35 : 0.13);
    }
  }
  return values;
}

// A fit with draws about typical parameters, of which floors, signals and hills differ, and with noise as that of
// public runs: of a run's offset and of a logged point [nats].
inline Fit uncertain_fit(const SdeModel& model, int draws, double run_offset, double point_noise) {
  Fit fit = known_fit(model, typical_parameters(model));
  Normals normal(7);
  fit.draws.clear();
  for (int d = 0; d < draws; ++d) {
    std::vector<double> draw = typical_parameters(model);
    for (std::size_t p = 0; p < draw.size(); ++p) {
      const std::string name(model.parameters()[p].name);
      if (name == "L0") draw[p] += 5e-3 * normal();
      if (name == "A" || name == "B") draw[p] *= 1 + 0.02 * normal();
    }
    fit.draws.push_back(draw);
  }
  fit.noise.startup_shift.value = 1e-3;
  fit.noise.hill_dimensions.value = 4000;
  fit.noise.run_offset.value = run_offset;
  fit.noise.observation_noise.value = point_noise;
  fit.seen = {kPeak, kPeak, kSteps, kSteps, 0.1, 0.1, 0, 0, {}, {}};
  return fit;
}

struct Logging {
  Step every = kLogEvery;
  double noise = 0;  // standard deviation of a logged point [nats]
  std::uint64_t seed = 1;
};

// What a run of these parameters would log from the end of its warm-up on.
inline Curve curve_of(const SdeModel& model, const std::vector<double>& parameters, const std::string& name,
                      const Recipe& recipe, const Logging& logging = {}) {
  Curve curve{.name = name, .file = name + ".csv", .recipe = recipe, .points = {}};
  std::vector<Step> steps;
  for (Step s = kWarmup; s <= recipe.total_steps(); s += logging.every) steps.push_back(s);
  const auto law = fitted_law(known_fit(model, parameters), recipe, curve.weight_decay, steps);
  Normals normal(logging.seed);
  for (std::size_t i = 0; i < steps.size(); ++i)
    curve.points.push_back({steps[i], law[i] + (logging.noise > 0 ? logging.noise * normal() : 0.0)});
  return curve;
}

// A constant, a cosine and a two-stage run: together they identify every parameter.
inline std::vector<Curve> informative_curves(const SdeModel& model, const std::vector<double>& parameters,
                                             const Logging& logging = {}) {
  Logging second = logging, third = logging;
  second.seed = logging.seed + 1000;
  third.seed = logging.seed + 2000;
  return {curve_of(model, parameters, "constant", constant(), logging),
          curve_of(model, parameters, "cosine", cosine(), second),
          curve_of(model, parameters, "two_stage", two_stage(), third)};
}

}  // namespace losscast::test
