// The law of the jumps' part of a loss at the end of a run, by its Laplace transform, in double precision: what
// weighted samples of it are judged by.
//
// Z is a sum over blocks of independent parts: with probability p_b an exponential of mean mu_b, such that p_b mu_b is
// what the block's jumps leave on average. Its transform is
// phi(s) = product of (1 - p_b + p_b / (1 + s mu_b)). Functions of y > 0 are found from their own transforms by the
// Euler method (Abate & Whitt 1995), whose error is below 1e-8 of their largest value.
#pragma once

#include <cmath>
#include <complex>
#include <cstddef>
#include <vector>

namespace losscast::reference {

class JumpLaw {
 public:
  // LRs of all steps, blocks of `block` steps; rates and sizes as docs/models.md gives them.
  struct Hazard {
    double rate, critical_lr, exponent, mean, decay;
  };
  JumpLaw(const Hazard& hazard, const std::vector<double>& lrs, std::size_t block) {
    for (std::size_t begin = 0; begin < lrs.size(); begin += block) {
      const std::size_t end = std::min(begin + block, lrs.size());
      double jumps = 0, left = 0;
      for (std::size_t s = begin; s < end; ++s) {
        const double rate = hazard.rate * std::pow(lrs[s] / hazard.critical_lr, hazard.exponent);
        jumps += rate;
        left += rate * hazard.mean * std::exp(-hazard.decay * static_cast<double>(lrs.size() - 1 - s));
      }
      probability_.push_back(-std::expm1(-jumps));
      mean_.push_back(left / probability_.back());
    }
  }

  // 1 - P(no jump).
  double some_jump() const {
    double log_none = 0;
    for (const double p : probability_) log_none += std::log1p(-p);
    return -std::expm1(log_none);
  }
  double expectation() const {
    double sum = 0;
    for (std::size_t b = 0; b < mean_.size(); ++b) sum += probability_[b] * mean_[b];
    return sum;
  }

  double exceedance(double y) const {  // P(Z > y)
    if (y < 0) return 1;
    return invert(y, [&](Complex s) { return (1.0 - transform(s)) / s; });
  }
  double excess(double y) const {  // E max(Z - y, 0)
    if (y < 0) return expectation() - y;
    return invert(y, [&](Complex s) { return (expectation() - (1.0 - transform(s)) / s) / s; });
  }

 private:
  using Complex = std::complex<double>;

  Complex transform(Complex s) const {
    Complex product = 1;
    for (std::size_t b = 0; b < mean_.size(); ++b)
      product *= 1 - probability_[b] + probability_[b] / (1.0 + s * mean_[b]);
    return product;
  }

  template <class Transform>
  static double invert(double y, const Transform& transform) {
    constexpr double kA = 18.4, kPi = 3.14159265358979323846;
    constexpr int kTerms = 40, kAveraged = 11;
    const double scale = std::exp(kA / 2) / y;
    double sum = transform(Complex(kA / (2 * y))).real() / 2, out = 0, binomial = 1;
    for (int k = 1; k <= kTerms + kAveraged; ++k) {
      if (k > kTerms) {
        out += binomial * sum;
        binomial *= static_cast<double>(kTerms + kAveraged + 1 - k) / static_cast<double>(k - kTerms);
      }
      sum += (k % 2 == 0 ? 1 : -1) * transform(Complex(kA / (2 * y), k * kPi / y)).real();
    }
    return scale * (out + binomial * sum) / std::exp2(kAveraged);
  }

  std::vector<double> probability_, mean_;
};

}  // namespace losscast::reference
