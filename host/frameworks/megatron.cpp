// Megatron-LM: the styles of its OptimizerParamScheduler. Update s uses the scheduler's value after s steps. It counts
// samples, which are steps times the batch: where the batch is ramped up, its steps are others. Formulas:
// megatron/core/optimizer_param_scheduler.py, version 0.16.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "frameworks/landmarks.hpp"
#include "frameworks/nearest_form.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

struct Flags {
  double peak = 0, low = 0, first = 0;
  Step warmup = 0, decay = 0;
  std::string style, wsd_style;
  Step wsd_decay = 0;

  // What is left of the decay, from 1 to 0, after the warm-up.
  double left(Step s) const {
    const auto share = [](Step done, Step all) { return static_cast<double>(done) / static_cast<double>(all); };
    if (style != "WSD") {
      const double z = share(s - warmup, decay - warmup);
      return style == "linear" ? 1 - z : fall_of_cosine(z);
    }
    const Step start = decay - wsd_decay;
    if (s <= start) return 1;
    const double z = share(s - start, wsd_decay);
    if (wsd_style == "linear") return 1 - z;
    if (wsd_style == "cosine") return fall_of_cosine(z);
    return wsd_style == "exponential" ? 2 * std::pow(0.5, z) - 1 : 1 - std::sqrt(z);
  }

  double lr(Step s) const {
    if (warmup > 0 && s <= warmup) return first + (peak - first) * static_cast<double>(s) / static_cast<double>(warmup);
    if (style == "constant") return peak;
    if (s > decay) return low;
    if (style == "inverse-square-root")
      return std::max(low, peak * std::sqrt(static_cast<double>(std::max<Step>(warmup, 1))) /
                               std::sqrt(static_cast<double>(std::max<Step>(s, 1))));
    return low + left(s) * (peak - low);
  }
};

Form form_of(const Flags& flags, Step total) {
  Json arguments = {{"train-iters", total},
                    {"lr", flags.peak},
                    {"min-lr", flags.low},
                    {"lr-warmup-init", flags.first},
                    {"lr-warmup-iters", flags.warmup},
                    {"lr-decay-iters", flags.decay},
                    {"lr-decay-style", flags.style}};
  std::string name = flags.style;
  if (flags.style == "WSD") {
    arguments["lr-wsd-decay-style"] = flags.wsd_style;
    arguments["lr-wsd-decay-iters"] = flags.wsd_decay;
    name += " with style " + flags.wsd_style;
  }
  return {name, std::move(arguments), [flags](Step s) { return flags.lr(s); }};
}

void offer_low_rates(NearestForm& nearest, const Landmarks& marks, const Flags& flags, Step total) {
  nearest.offer_low_rates(marks.low_rates, [&](double low) {
    Flags with = flags;
    with.low = std::min(low, flags.peak);
    return form_of(with, total);
  });
}

void offer_styles(NearestForm& nearest, const Landmarks& marks, Flags flags, Step total) {
  // These two do not depend on the decay's low rate within the run.
  flags.decay = std::max(total, flags.warmup + 1);
  for (const char* style : {"constant", "inverse-square-root"}) {
    flags.style = style;
    nearest.offer(form_of(flags, total));
  }
  for (const Step end : marks.decay_ends) {
    if (end <= flags.warmup) continue;
    flags.decay = end;
    for (const char* style : {"linear", "cosine"}) {
      flags.style = style;
      offer_low_rates(nearest, marks, flags, total);
    }
    flags.style = "WSD";
    for (const Step start : marks.decay_starts) {
      if (start < flags.warmup || start >= end) continue;
      flags.wsd_decay = end - start;
      for (const char* style : {"linear", "cosine", "exponential", "minus_sqrt"}) {
        flags.wsd_style = style;
        offer_low_rates(nearest, marks, flags, total);
      }
    }
  }
}

// A flag's value, without the quotes of a word.
std::string value_text(const Json& value) {
  if (value.is_string()) return value.get<std::string>();
  return value.is_number_float() ? number_text(value.get<double>()) : value.dump();
}

}  // namespace

Export megatron_export(const Recipe& recipe) {
  require_peak(recipe);
  const Landmarks marks = landmarks(recipe.schedule);
  NearestForm nearest(recipe.schedule);
  for (const double peak : marks.peaks)
    for (const Step warmup : marks.warmup_ends)
      for (const double first : marks.first_rates)
        if (first <= peak) {
          Flags flags;
          flags.peak = peak;
          flags.first = warmup > 0 ? first : 0;
          flags.warmup = warmup;
          offer_styles(nearest, marks, flags, recipe.total_steps());
        }
  Export out = nearest.summary();
  note_omissions(recipe, "set --global-batch-size, which counts sequences", out);
  Json arguments = nearest.form().arguments;
  if (recipe.weight_decay) arguments["weight-decay"] = recipe.weight_decay->at(0);
  out.text = comment_heading(recipe, out);
  for (const auto& [key, value] : arguments.items()) out.text += fmt::format("--{} {}\n", key, value_text(value));
  return out;
}

}  // namespace losscast
