/// \file
/// A recipe in the words of a training framework. docs/schedules.md says what each of them can express.
#pragma once

#include <string>
#include <vector>

#include "losscast/schedule/recipe.hpp"

namespace losscast {

/// What makes a framework train with a recipe.
struct Export {
  std::string text;                  ///< what to write there: code, flags or JSON; ends with a line break
  std::string form;                  ///< what the framework calls the form of the schedule, or "function" for code
  double error = 0;                  ///< the largest difference of its LR from the recipe's, over the peak LR
  Step worst_step = 0;               ///< the update of that difference
  std::vector<std::string> omitted;  ///< what of the recipe the text does not say, a phrase each
  bool reads_rates = false;          ///< whether the text reads the file of all rates that was named for it

  /// Whether the LR of every update is the recipe's: off by 1e-12 of the peak at most, which rounding explains.
  bool is_exact() const { return error <= 1e-12; }
};

/// One sentence: how near the form comes, and where it is farthest off.
std::string closeness_text(const Export& found);

/// A Python module for PyTorch's LambdaLR: the LR, and weight decay and batch size if the recipe says them, as
/// functions of the update. Exact for every schedule. One given by its rates, or of more than 100 segments, becomes a
/// list of rates; if it has more than 1000 updates, the module reads them from `rates_file`, a file beside it that
/// rates_csv() has written. Throws InputError if the peak LR is 0.
Export pytorch_export(const Recipe& recipe, const std::string& rates_file);

/// The same with JAX's functions, for optax.
Export optax_export(const Recipe& recipe, const std::string& rates_file);

/// Arguments of the Hugging Face Trainer (transformers 4.57): those of its forms that come nearest to the schedule.
/// Throws InputError if the peak LR is 0; so do the next two.
Export hugging_face_export(const Recipe& recipe);

/// Flags of Megatron-LM (megatron-core 0.16), likewise.
Export megatron_export(const Recipe& recipe);

/// The `optimizer` and `scheduler` of DeepSpeed's JSON (0.19), likewise.
Export deepspeed_export(const Recipe& recipe);

/// A CSV table of every `every`-th update and the last: `step`, `lr`, and `weight_decay` and `batch` if the recipe says
/// them. With every = 1 the family `file` reads the same rates back, to the bit. Precondition: every >= 1.
std::string rates_csv(const Recipe& recipe, Step every);

}  // namespace losscast
