// Requests that tests of the engine start from.
#pragma once

#include "bench/common/experiment.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {

using bench::Experiment;

// One draw of parameters, noise as of real runs, on the CPU with one thread, all values kept.
inline Experiment example_request(const SdeModel& model) {
  Experiment request;
  request.model = &model;
  request.reference = kReference;
  request.weight_decay = kWeightDecay;
  request.draws = {example_parameters(model)};
  request.noise = example_noise();
  request.backend = Backend::cpu;
  request.threads = 1;
  request.keep = Experiment::Keep::values;
  return request;
}

}  // namespace losscast::test
