// A model's CUDA launcher.
#pragma once

#include <cuda_runtime_api.h>

#include <string>
#include <string_view>

#include "kernels/ensemble_arguments.hpp"

namespace losscast {

// Queues the simulation of a request whose pointers are memory of the current GPU, which has so many multiprocessors.
// Throws DeviceError if the launch fails.
using CudaLaunch = void(const KernelChoice&, const EnsembleArguments&, int multiprocessors, cudaStream_t);

// Precondition: `model` is the name of a registered model.
CudaLaunch* cuda_launch(std::string_view model);

}  // namespace losscast
