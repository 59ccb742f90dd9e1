#include "powers.hpp"

#include "losscast/math/exp.hpp"
#include "losscast/math/pow.hpp"

// The compiler makes a copy for each of these instruction sets and chooses one when the program starts; `flatten` keeps
// every inlined function inside its copy. A sanitizer is not yet alive when that choice is made.
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__) && !defined(__SANITIZE_ADDRESS__)
#define LOSSCAST_VECTOR_COPIES \
  __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default"), flatten, optimize("O3")))
#else
#define LOSSCAST_VECTOR_COPIES
#endif

namespace losscast {
namespace {

LOSSCAST_VECTOR_COPIES void raise_all(double* x, std::size_t count, double exponent) {
  for (std::size_t i = 0; i < count; ++i) x[i] = math::pow(x[i], exponent);
}

LOSSCAST_VECTOR_COPIES void relax_all(double* x, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) x[i] = -math::expm1(-x[i]);
}

}  // namespace

void raise(std::span<double> x, double exponent) {
  if (exponent != 1) raise_all(x.data(), x.size(), exponent);
}

void relax(std::span<double> x) { relax_all(x.data(), x.size()); }

}  // namespace losscast
