// The joint law's formula, for numbers and for the dual numbers that give its slopes.
#pragma once

#include <cmath>

namespace losscast {

// ln of [ e^(x/gamma) + e^(y/gamma) ]^gamma, where x and y are the logarithms of the two terms.
template <class T>
T joined_log_terms(const T& x, const T& y, const T& gamma) {
  using std::exp;
  using std::log;
  const T& greater = x > y ? x : y;
  const T& smaller = x > y ? y : x;
  return greater + gamma * log(1.0 + exp((smaller - greater) / gamma));
}

// ln(N_e / N) of a model whose ln(width/depth) is `log_aspect`.
template <class T>
T log_shape_factor(double log_aspect, const T& penalty, const T& best_log_aspect) {
  const T off = log_aspect - best_log_aspect;
  return -penalty * off * off;
}

}  // namespace losscast
