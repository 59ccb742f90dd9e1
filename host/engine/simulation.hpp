// A request that is ready to run.
#pragma once

#include "engine/worker.hpp"
#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// What is simulated, on which processor, in blocks of how many steps, with which levers: the request's own, or those of
// them that pay. It refers to what it was made of.
struct Simulation {
  const LossSde& sde;
  const EnsembleRequest& request;
  const Processor& processor;
  Step block;
  Levers levers;
};

}  // namespace losscast
