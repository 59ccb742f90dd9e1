/// \file
/// Preconditions that are checked while the program is developed and tested.
#pragma once

#include <stdexcept>

namespace losscast {

/// A caller has broken a function's precondition. That is a mistake in the program, never one of its input.
class ContractViolation : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// Throws ContractViolation "<file>:<line>: the precondition does not hold: <condition>".
[[noreturn]] void contract_violated(const char* condition, const char* file, int line);

}  // namespace losscast

/// LOSSCAST_EXPECTS(condition); stands at the beginning of a function whose declaration states the precondition in
/// words. With the CMake option LOSSCAST_CONTRACTS (on for debug builds and in the presets ci and asan) it throws
/// ContractViolation unless the condition holds. Without it, and always in CUDA sources and in what is compiled once
/// per instruction set, it is nothing: the condition must compile, but is not evaluated, so it must have no effects. It
/// belongs in sources, not in inline functions of public headers, which others compile with settings of their own.
#if defined(LOSSCAST_CONTRACTS) && !defined(LOSSCAST_NO_CONTRACTS) && !defined(__CUDACC__)
#define LOSSCAST_EXPECTS(condition) \
  ((condition) ? static_cast<void>(0) : ::losscast::contract_violated(#condition, __FILE__, __LINE__))
#else
#define LOSSCAST_EXPECTS(condition) static_cast<void>(sizeof((condition) ? 1 : 0))
#endif
