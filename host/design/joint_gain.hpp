// What runs would be worth to a choice, one after another, by what several of their losses would show.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <optional>

namespace losscast {

// What a run would show: some numbers, each with a noise of its own.
struct Observation {
  Eigen::MatrixXd values;  // [draw][number], of mean 0
  Eigen::VectorXd noise;   // standard deviations
};

class JointGain {
 public:
  // `means` of the candidates less that of the chosen one, and their values less those of the chosen one and less
  // these means, [draw][candidate]. All sets of observations have up to kMostNumbers numbers together.
  JointGain(Eigen::VectorXd means, Eigen::MatrixXd rest);
  static constexpr int kMostNumbers = 16;

  struct Gain {
    double value;     // of all observations taken and this one together [nats]
    double p_change;  // after them
    std::optional<std::size_t> rival;
  };
  // The joint law of candidates and observations is normal. The mean over what is observed is one over kNodes points of
  // Sobol's sequence.
  Gain with(const Observation& next) const;

  void take(const Observation& next);

 private:
  // The numbers of an observation less what those taken say of them, uncorrelated and of variance 1.
  struct Innovations {
    Eigen::MatrixXd values;   // their part in the draws, [draw][number]
    Eigen::MatrixXd effects;  // how much each shifts the candidates' means, [candidate][number]
  };
  Innovations innovations(const Observation& next) const;
  Eigen::MatrixXd shifted(const Innovations& next) const;

  static constexpr int kNodes = 2048;

  Eigen::MatrixXd rest_;
  Eigen::MatrixXd taken_;  // innovations of the observations taken, [draw][number]
  Eigen::MatrixXd after_;  // means of the candidates after these, [node][candidate]
  Eigen::MatrixXd nodes_;  // standard normal, [node][number]
};

}  // namespace losscast
