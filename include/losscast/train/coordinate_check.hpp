/// \file
/// How much each layer's own updates change its outputs, and how that depends on the width.
#pragma once

#include <array>
#include <span>

#include "losscast/train/language_settings.hpp"
#include "losscast/train/training_settings.hpp"

namespace losscast {

/// RMS of (W - W_0) h over the units and examples of the last batch, for the input, the last hidden and the output
/// matrix after settings.steps updates; h is what entered the matrix when that batch passed. At least one update.
/// Throws as train() does.
std::array<double, 3> output_changes(const TrainingSettings& settings);

/// The same of a language model after all updates of its schedule: the embeddings, W2 of the last layer, and the
/// logits.
std::array<double, 3> output_changes(const LanguageSettings& settings);

/// The slope of log value against log width by least squares. Precondition: as many values as widths, at least two
/// different widths, all above 0.
double log_slope(std::span<const int> widths, std::span<const double> values);

/// The slopes of output_changes() over widths, by role, for one parameterisation: 0 where layers learn alike at every
/// width. `settings` are those of the width settings.shape.width, from which values are carried to each of `widths`.
/// `threads` = 0 takes all cores; a width takes one. Throws as at_width() and train() do. Precondition: as above.
std::array<double, 3> coordinate_slopes(const TrainingSettings& settings, Parameterisation parameterisation,
                                        std::span<const int> widths, int threads = 0);

/// The same of a language model, whose d_model is the width.
std::array<double, 3> coordinate_slopes(const LanguageSettings& settings, Parameterisation parameterisation,
                                        std::span<const int> widths, int threads = 0);

}  // namespace losscast
