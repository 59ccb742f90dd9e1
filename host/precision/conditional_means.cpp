#include "losscast/precision/conditional_means.hpp"

namespace losscast {
namespace {

EnsembleRequest without_noise(EnsembleRequest request) {
  request.noise = {};
  request.spikes = {};
  return request;
}

}  // namespace

ConditionalMeans::ConditionalMeans(const EnsembleRequest& request) : noise_free_(without_noise(request)) {}

}  // namespace losscast
