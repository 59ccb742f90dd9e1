// Many independent estimates of one number, judged against the truth.
#pragma once

#include <cmath>
#include <functional>
#include <ostream>
#include <vector>

namespace losscast::test {

struct ValueAndError {
  double value, error;
};

// 200 estimates, each with an error from 32 replicates, so that (estimate - truth) / error follows Student's t with 31
// degrees of freedom: of mean square 31 / 29 and fourth moment 3 31^2 / (29 27), beyond 2.040 in 5% of cases.
struct Judgement {
  double mean_sigmas;  // how far the mean of the estimates is off, in its own standard errors
  double mean_square;  // of (estimate - truth) / error
  double coverage;     // share of the 95% intervals that hold the truth

  // Five standard deviations of each figure over 200 estimates: 5; 5 sqrt(2.54 / 200) = 0.56 around 1.07; and
  // 5 sqrt(.95 .05 / 200) = 0.077.
  bool right() const {
    return std::abs(mean_sigmas) < 5 && mean_square > 0.51 && mean_square < 1.63 && coverage > 0.873;
  }
};

inline std::ostream& operator<<(std::ostream& out, const Judgement& judged) {
  return out << "mean off by " << judged.mean_sigmas << " sigmas, mean square " << judged.mean_square << ", coverage "
             << judged.coverage;
}

inline Judgement judge(double truth, const std::function<ValueAndError(std::uint64_t seed)>& estimate) {
  constexpr int kRepetitions = 200;
  double sum = 0, squares = 0, scaled = 0, covered = 0;
  for (std::uint64_t seed = 1; seed <= kRepetitions; ++seed) {
    const ValueAndError one = estimate(seed);
    const double off = one.value - truth;
    sum += off;
    squares += off * off;
    scaled += off * off / (one.error * one.error);
    covered += std::abs(off) < 2.040 * one.error ? 1 : 0;
  }
  const double variance = (squares - sum * sum / kRepetitions) / (kRepetitions - 1);
  return {sum / std::sqrt(variance * kRepetitions), scaled / kRepetitions, covered / kRepetitions};
}

}  // namespace losscast::test
