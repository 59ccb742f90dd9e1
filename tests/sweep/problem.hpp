// A sweep that is small enough to run in a test.
#pragma once

#include "losscast/model/model.hpp"
#include "losscast/sweep/sweep.hpp"
#include "tests/model/examples.hpp"
#include "tests/space/spaces.hpp"

namespace losscast::test {

inline Fit example_fit(int draws) {
  const SdeModel& model = find_model("adamw");
  Fit fit;
  fit.model = "adamw";
  fit.reference = kReference;
  fit.weight_decay = kWeightDecay;
  const auto parameters = example_parameters(model);
  for (std::size_t p = 0; p < parameters.size(); ++p) {
    ParameterEstimate estimate;
    estimate.name = std::string(model.parameters()[p].name);
    estimate.value = parameters[p];
    fit.parameters.push_back(estimate);
  }
  fit.draws = example_draws(model, draws);
  fit.noise.startup_shift.value = 0.002;
  fit.noise.hill_dimensions.value = 400;
  fit.noise.run_offset.value = 0.001;
  fit.seen.peak_lr_min = 1e-4;
  fit.seen.peak_lr_max = 3e-4;
  fit.seen.total_steps_max = 1000;
  return fit;
}

inline SweepConfig config_of(SearchMethod method, std::vector<FamilySpace> families) {
  SweepConfig config;
  config.space = space_of(method, std::move(families));
  return config;
}

inline SweepConfig example_config(int paths = 200) {
  SweepConfig config =
      config_of(SearchMethod::grid, {wsd_space({range("peak_lr", Axis::Kind::log, 1e-4, 6e-4, 4)}),
                                     wsd_space({range("decay_fraction", Axis::Kind::linear, 0.1, 0.9, 3)})});
  config.paths = paths;
  config.seed = 5;
  return config;
}

// A race for runs whose number of steps is still open.
inline SweepConfig open_race_config() {
  FamilySpace space = wsd_space(
      {range("peak_lr", Axis::Kind::log, 1e-4, 6e-4, 4), range("decay_fraction", Axis::Kind::linear, 0.1, 0.9, 5)});
  space.fixed.values.erase("total_steps");
  SweepConfig config = config_of(SearchMethod::grid, {space});
  config.paths = 64;
  config.race.emplace();
  config.delta = 1e-3;
  return config;
}

inline SweepOptions options() {
  SweepOptions options;
  options.execution.backend = Backend::cpu;
  options.execution.threads = 1;
  options.block = 8;
  return options;
}

}  // namespace losscast::test
