// One run of training of a language model, step by step.
#pragma once

#include <memory>
#include <vector>

#include "losscast/train/language_settings.hpp"
#include "train/cross_entropy.hpp"
#include "train/language_values.hpp"
#include "train/markov_source.hpp"
#include "train/matrix_optimiser.hpp"
#include "train/network.hpp"

namespace losscast {

// What enters the network and what is to come out of it.
struct LanguageBatch {
  Matrix inputs;             // a column for each token of each sequence but the last one
  std::vector<int> targets;  // the token after it
};

class LanguageLoop {
 public:
  // Throws as train() does.
  explicit LanguageLoop(const LanguageSettings& settings);

  struct StepMeasures {
    double loss, gradient_norm;  // of the step's batch, before its update and before clipping
  };

  // One update; at most as many as the schedule has.
  StepMeasures step();

  double held_out_loss();
  double attainable_loss() const;

  // Of the next step.
  LanguageBatch next_batch() const;

  Network& network() { return network_; }
  const Network& network() const { return network_; }

 private:
  LanguageSettings settings_;
  MarkovSource source_;
  LanguageValues values_;
  Network network_;
  std::vector<std::unique_ptr<MatrixOptimiser>> optimisers_;  // one for each matrix
  TokenMatrix held_out_;
  Step steps_ = 0;
};

}  // namespace losscast
