// What it would be worth to a choice among candidates to observe a quantity before choosing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace losscast {

// Cuts values that lie more than five standard deviations from the median, by the distance of the quantiles of 5% and
// 95%: normal values stay as they are, and single draws in which a run breaks down do not pass for what is likely.
void cut_tails(std::vector<double>& values);

// The choice of the candidate with the lowest mean, where values are known by equally likely draws. In a draw the
// choice may not be the best one: its posterior regret is E[L_chosen - min_c L_c].
class OpenChoice {
 public:
  // values[candidate * draws + draw] [nats]. A candidate with a value that is not finite is never chosen.
  // Preconditions: values.size() is a multiple of draws > 0.
  OpenChoice(std::span<const float> values, std::size_t draws);

  // The candidate with the lowest mean, the first of several; nothing if none is finite.
  std::optional<std::size_t> chosen() const { return chosen_; }
  double regret() const { return regret_; }  // [nats]

  // The expected value of sample information (Raiffa and Schlaifer 1961).
  struct Gain {
    double regret_fall = 0;            // expected fall of the posterior regret, at most all of it [nats]
    double p_change = 0;               // probability that another candidate is chosen afterwards
    std::optional<std::size_t> rival;  // the one that is most likely to be chosen instead
  };

  // Of observing y = observed[draw] + noise, where noise is normal with this standard deviation [nats]. Losses and y
  // count as jointly normal, without their far tails (cut_tails()): after y the mean of candidate c is m_c + b_c Z with
  // b_c = cov(L_c, y) / sd(y) and Z standard normal, and the fall is m_chosen - E[min_c (m_c + b_c Z)] (knowledge
  // gradient: Frazier, Powell and Dayanik 2009), which the lower envelope of these lines gives exactly. Nothing where
  // an observed value is not finite.
  Gain gain_of(std::span<const float> observed, double noise) const;

 private:
  std::size_t draws_;
  std::optional<std::size_t> chosen_;
  double regret_ = 0;
  std::vector<std::size_t> candidates_;  // the finite ones
  std::vector<double> means_;            // of these, less that of the chosen one
  std::vector<double> rest_;             // their values less the chosen one's and less that, [candidate][draw]
};

// The quantity among some, each observed with a noise of its own, whose observation is worth the most: the first of
// several; nothing where none is worth anything. `values` as OpenChoice takes them, of what may be chosen and observed
// at once.
struct BestObservation {
  std::size_t candidate;
  double regret_fall;  // [nats]
};
std::optional<BestObservation> best_observation(std::span<const float> values, std::size_t draws,
                                                std::span<const double> noise, int threads);

}  // namespace losscast
