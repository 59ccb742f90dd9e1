// Deviations and LRs of a language model's matrices.
#pragma once

#include <array>

#include "losscast/train/language_settings.hpp"
#include "train/transformer.hpp"

namespace losscast {

struct LanguageValues {
  DrawnDeviations deviations;
  std::array<double, 3> lr_factors;  // of the schedule's LR, by role
};

// Of checked settings.
LanguageValues language_values(const LanguageSettings& settings);

}  // namespace losscast
