// The floating-point rules that results depend on: round to nearest, denormals kept.
#pragma once

#include <cfenv>

#if defined(__SSE__)
#include <xmmintrin.h>
#endif

namespace losscast {

// Sets them while it lives and then restores what was there: another library in the process may have switched on
// flush-to-zero, which would change results in the last bits.
class FloatingPointEnvironment {
 public:
  FloatingPointEnvironment() {
    std::fegetenv(&saved_);
    std::fesetenv(FE_DFL_ENV);
#if defined(__SSE__)
    constexpr unsigned kDefaultControl = 0x1f80;
    _mm_setcsr(kDefaultControl);
#endif
  }
  ~FloatingPointEnvironment() { std::fesetenv(&saved_); }
  FloatingPointEnvironment(const FloatingPointEnvironment&) = delete;
  FloatingPointEnvironment& operator=(const FloatingPointEnvironment&) = delete;

 private:
  std::fenv_t saved_;
};

}  // namespace losscast
