/// \file
/// Training of small language models.
#pragma once

#include <span>
#include <vector>

#include "losscast/train/language_settings.hpp"

namespace losscast {

/// Losses are means of -ln P(next token) over tokens [nats].
struct LanguageOutcome {
  double attainable_loss = 0;          ///< of the held-out sequences, by the source's own probabilities
  double first_loss = 0;               ///< of the same sequences before training
  double last_loss = 0;                ///< after it; infinite for a run that left the range of numbers on its way
  std::vector<double> losses;          ///< of each step's batch, before its update
  std::vector<double> gradient_norms;  ///< of all weights together, of the same batch, before clipping
};

/// Trains on sequences that are new in each step. 128 other sequences are held out, the same ones for every seed. FP32,
/// the same bits for any number of threads. Throws ArgumentError for what check() of the architecture refuses, sizes
/// below 1, a gain out of its range, a largest gradient that is not above 0, K-FAC, and dampings that the optimiser
/// lacks.
LanguageOutcome train(const LanguageSettings& settings);

/// The same run at another d_model: d_ffn and heads in proportion, its values carried there. Precondition: a checked
/// architecture without found_at, whose heads times width are a multiple of d_model.
LanguageSettings at_width(const LanguageSettings& settings, int width, Parameterisation parameterisation);

/// Each run's outcome, in their order. `threads` = 0 takes all cores; one run takes one.
std::vector<LanguageOutcome> train_all(std::span<const LanguageSettings> runs, int threads = 0);

}  // namespace losscast
