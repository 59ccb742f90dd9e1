#include "model/powers.hpp"

#include "losscast/math/exp.hpp"
#include "losscast/math/log.hpp"
#include "losscast/math/pow.hpp"
#include "model/vector_copies.hpp"

namespace losscast {
namespace {

LOSSCAST_VECTOR_COPIES void raise_all(double* x, std::size_t count, double exponent) {
  for (std::size_t i = 0; i < count; ++i) x[i] = math::pow(x[i], exponent);
}

LOSSCAST_VECTOR_COPIES void log_all(double* x, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) x[i] = math::log(x[i]);
}

LOSSCAST_VECTOR_COPIES void exp_all(double* x, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) x[i] = math::exp(x[i]);
}

LOSSCAST_VECTOR_COPIES void relax_all(double* x, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) x[i] = -math::expm1(-x[i]);
}

}  // namespace

void raise(std::span<double> x, double exponent) {
  if (exponent != 1) raise_all(x.data(), x.size(), exponent);
}

void take_logs(std::span<double> x) { log_all(x.data(), x.size()); }

void exponentiate(std::span<double> x) { exp_all(x.data(), x.size()); }

void relax(std::span<double> x) { relax_all(x.data(), x.size()); }

}  // namespace losscast
