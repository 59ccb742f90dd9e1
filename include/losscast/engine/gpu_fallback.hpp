/// \file
/// What becomes of a GPU that is there but cannot be used.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <utility>

namespace losscast {

/// Says once, for all computations that share it, that the CPU does the work of a GPU that failed. May be used by
/// several threads at once.
class GpuFallback {
 public:
  /// Is told why the GPU is not used, as a text for people.
  using Warn = std::function<void(const std::string& problem)>;

  /// Without anybody to warn.
  GpuFallback() = default;

  /// With somebody to warn, once.
  explicit GpuFallback(Warn warn) : warn_(std::move(warn)) {}

  /// A GPU has failed: from here on Backend::automatic takes the CPU.
  void give_up(const std::string& problem);

  /// Whether a GPU has failed.
  bool has_given_up() const;

 private:
  mutable std::mutex mutex_;
  bool has_given_up_ = false;
  Warn warn_;
};

}  // namespace losscast
