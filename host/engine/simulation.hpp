// A request that is ready to run.
#pragma once

#include "engine/worker.hpp"
#include "losscast/engine/request.hpp"
#include "losscast/model/loss_sde.hpp"

namespace losscast {

// What is simulated, on which processor, in blocks of how many steps, and with which levers: those of the request, or
// those of them that pay. It holds references, so what it was made of must outlive it.
struct Simulation {
  const LossSde& sde;
  const EnsembleRequest& request;
  const Processor& processor;
  Step block;
  Levers levers;
};

}  // namespace losscast
