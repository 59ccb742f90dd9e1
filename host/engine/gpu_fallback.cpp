#include "losscast/engine/gpu_fallback.hpp"

namespace losscast {

void GpuFallback::give_up(const std::string& problem) {
  const std::lock_guard lock(mutex_);
  if (!has_given_up_ && warn_) warn_(problem);
  has_given_up_ = true;
}

bool GpuFallback::has_given_up() const {
  const std::lock_guard lock(mutex_);
  return has_given_up_;
}

}  // namespace losscast
