// Requests that tests of the engine start from.
#pragma once

#include "losscast/engine/ensemble.hpp"
#include "losscast/model/loss_sde.hpp"
#include "tests/model/examples.hpp"

namespace losscast::test {

// One draw of parameters, noise as of real runs, on the CPU with one thread, all values kept.
inline EnsembleRequest example_request(const SdeModel& model) {
  EnsembleRequest request;
  request.model = &model;
  request.ref_lr = kRefLr;
  request.weight_decay = kWeightDecay;
  request.draws = {example_parameters(model)};
  request.noise = example_noise();
  request.backend = Backend::cpu;
  request.threads = 1;
  request.keep = EnsembleRequest::Keep::values;
  return request;
}

// What the losses of a request obey.
inline LossSde sde_of(const EnsembleRequest& request) {
  return {request.model, request.ref_lr, request.weight_decay, request.draws, request.noise, request.spikes};
}

}  // namespace losscast::test
