// The instruction sets that this machine can run, and how a test forces one.
#pragma once

#include <cstdlib>
#include <string>
#include <vector>

#include "kernels/ensemble.hpp"
#include "losscast/base/error.hpp"

namespace losscast::test {

// LOSSCAST_ISA while it lives.
class ForcedIsa {
 public:
  explicit ForcedIsa(const std::string& name) {
    if (const char* before = std::getenv("LOSSCAST_ISA")) before_ = before;
    setenv("LOSSCAST_ISA", name.c_str(), 1);
  }
  ~ForcedIsa() {
    if (before_.empty()) {
      unsetenv("LOSSCAST_ISA");
    } else {
      setenv("LOSSCAST_ISA", before_.c_str(), 1);
    }
  }
  ForcedIsa(const ForcedIsa&) = delete;
  ForcedIsa& operator=(const ForcedIsa&) = delete;

 private:
  std::string before_;
};

inline std::vector<Isa> available_isas() {
  std::vector<Isa> out;
  for (const Isa isa : {Isa::generic, Isa::avx2, Isa::avx512}) {
    const ForcedIsa forced(isa_name(isa));
    try {
      out.push_back(choose_isa());
    } catch (const InputError&) {
      // The machine lacks it.
    }
  }
  return out;
}

}  // namespace losscast::test
