// Hugging Face: the forms of transformers.get_scheduler() as the Trainer calls it, which steps its scheduler after the
// optimiser: update s uses the form's value at s. Formulas: transformers/optimization.py, version 4.57.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "frameworks/landmarks.hpp"
#include "frameworks/nearest_form.hpp"
#include "losscast/format/number_text.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

// The Trainer's own arguments; those of the form go into lr_scheduler_kwargs.
struct Trainer {
  double peak;
  Step warmup_steps;
  Step max_steps;

  double warmed_up(Step s) const {
    return static_cast<double>(s) / static_cast<double>(std::max<Step>(1, warmup_steps));
  }
  // The progress after the warm-up.
  double progress(Step s, double ahead = 0) const {
    return (static_cast<double>(s - warmup_steps) + ahead) /
           static_cast<double>(std::max<Step>(1, max_steps - warmup_steps));
  }
};

// A form that rises from 0 in a straight line, and then is the peak times `after`.
Form form_of(const char* name, const Trainer& trainer, Json kwargs, const std::function<double(Step)>& after) {
  Json arguments = {{"max_steps", trainer.max_steps},
                    {"learning_rate", trainer.peak},
                    {"warmup_steps", trainer.warmup_steps},
                    {"lr_scheduler_type", name}};
  if (!kwargs.empty()) arguments["lr_scheduler_kwargs"] = std::move(kwargs);
  return {name, std::move(arguments), [trainer, after](Step s) {
            return trainer.peak * (s < trainer.warmup_steps ? trainer.warmed_up(s) : after(s));
          }};
}

void offer_without_arguments(NearestForm& nearest, const Trainer& trainer) {
  constexpr double kUsualTimescale = 10000;
  if (trainer.warmup_steps == 0) nearest.offer(form_of("constant", trainer, {}, [](Step) { return 1.0; }));
  nearest.offer(form_of("constant_with_warmup", trainer, {}, [](Step) { return 1.0; }));
  nearest.offer(form_of("linear", trainer, {}, [trainer](Step s) { return std::max(0.0, 1 - trainer.progress(s)); }));
  nearest.offer(form_of("cosine", trainer, {}, [trainer](Step s) { return fall_of_cosine(trainer.progress(s)); }));
  const double timescale = trainer.warmup_steps > 0 ? static_cast<double>(trainer.warmup_steps) : kUsualTimescale;
  nearest.offer(form_of("inverse_sqrt", trainer, {}, [trainer, timescale](Step s) {
    return 1 / std::sqrt((static_cast<double>(s - trainer.warmup_steps) + timescale) / timescale);
  }));
}

void offer_restarts(NearestForm& nearest, const Trainer& trainer, Step restarts) {
  const Step cycles = restarts + 1;
  nearest.offer(form_of("cosine_with_restarts", trainer, {{"num_cycles", cycles}}, [trainer, cycles](Step s) {
    const double done = static_cast<double>(cycles) * trainer.progress(s);
    return fall_of_cosine(done - std::floor(done));
  }));
}

void offer_polynomials(NearestForm& nearest, const Trainer& trainer, const Landmarks& marks) {
  if (trainer.max_steps <= trainer.warmup_steps) return;
  for (const double power : marks.exponents)
    nearest.offer_low_rates(marks.low_rates, [&](double low) {
      return form_of("polynomial", trainer, {{"lr_end", low}, {"power", power}}, [trainer, low, power](Step s) {
        const double left = std::pow(1 - trainer.progress(s), power);
        // The library wants a low rate below the peak.
        return low < trainer.peak ? ((trainer.peak - low) * left + low) / trainer.peak : std::nan("");
      });
    });
}

void offer_cosines_with_low_rate(NearestForm& nearest, const Trainer& trainer, const Landmarks& marks) {
  nearest.offer_low_rates(marks.low_rates, [&](double low) {
    const double ratio = low / trainer.peak;
    return form_of("cosine_with_min_lr", trainer, {{"min_lr", low}},
                   [trainer, ratio](Step s) { return fall_of_cosine(trainer.progress(s)) * (1 - ratio) + ratio; });
  });
}

// This form is a step ahead, in its warm-up and in its decay.
void offer_cosines_a_step_ahead(NearestForm& nearest, const Trainer& trainer, const Landmarks& marks) {
  for (const double first : marks.first_rates)
    nearest.offer_low_rates(marks.low_rates, [&](double low) {
      const double ratio = low / trainer.peak, start = first / trainer.peak;
      Form form = form_of("cosine_warmup_with_min_lr", trainer, {{"min_lr", low}, {"warmup_lr_rate", start}}, {});
      form.lr = [trainer, ratio, start](Step s) {
        const double rise = static_cast<double>(s) / static_cast<double>(std::max<Step>(1, trainer.warmup_steps - 1));
        return trainer.peak * (s < trainer.warmup_steps ? start + (1 - start) * rise
                                                        : fall_of_cosine(trainer.progress(s, 1)) * (1 - ratio) + ratio);
      };
      return form;
    });
}

// Warm-up, stable, decay. Its warm-up begins at the low rate.
struct Wsd {
  Trainer trainer;
  Step decay_start, decay_end;
  std::string warmup_type, decay_type;
  double ratio;

  double rise(double z) const {
    if (warmup_type == "linear") return z;
    return warmup_type == "cosine" ? 1 - fall_of_cosine(z) : 1 - std::sqrt(1 - z);
  }
  double fall(double z) const {
    if (decay_type == "linear") return 1 - z;
    return decay_type == "cosine" ? fall_of_cosine(z) : 1 - std::sqrt(z);
  }
  double factor(Step s) const {
    if (s < trainer.warmup_steps) return rise(trainer.warmed_up(s)) * (1 - ratio) + ratio;
    if (s < decay_start) return 1;
    if (s >= decay_end) return ratio;
    const double z = static_cast<double>(s - decay_start) / static_cast<double>(decay_end - decay_start);
    return fall(z) * (1 - ratio) + ratio;
  }
  Json kwargs() const {
    Json out = {{"num_decay_steps", decay_end - decay_start}};
    // Without the stable steps, the decay ends with the run.
    if (decay_end != trainer.max_steps) out["num_stable_steps"] = decay_start - trainer.warmup_steps;
    out.update({{"warmup_type", warmup_type}, {"decay_type", decay_type}, {"min_lr_ratio", ratio}});
    return out;
  }
};

Form form_of(const Wsd& wsd) {
  Form form = form_of("warmup_stable_decay", wsd.trainer, wsd.kwargs(), {});
  form.lr = [wsd](Step s) { return wsd.trainer.peak * wsd.factor(s); };
  return form;
}

void offer_wsd(NearestForm& nearest, const Trainer& trainer, const Landmarks& marks) {
  for (const Step start : marks.decay_starts)
    for (const Step end : marks.decay_ends)
      if (start >= trainer.warmup_steps && end > start)
        for (const char* rise : {"linear", "cosine", "1-sqrt"})
          for (const char* fall : {"linear", "cosine", "1-sqrt"})
            nearest.offer_low_rates(marks.low_rates, [&](double low) {
              return form_of(Wsd{trainer, start, end, rise, fall, low / trainer.peak});
            });
}

}  // namespace

Export hugging_face_export(const Recipe& recipe) {
  require_peak(recipe);
  const Landmarks marks = landmarks(recipe.schedule);
  NearestForm nearest(recipe.schedule);
  for (const double peak : marks.peaks)
    for (const Step warmup : marks.warmup_ends) {
      const Trainer trainer{peak, warmup, recipe.total_steps()};
      offer_without_arguments(nearest, trainer);
      if (marks.restarts > 0) offer_restarts(nearest, trainer, marks.restarts);
      offer_polynomials(nearest, trainer, marks);
      offer_cosines_with_low_rate(nearest, trainer, marks);
      offer_cosines_a_step_ahead(nearest, trainer, marks);
      offer_wsd(nearest, trainer, marks);
    }
  Export out = nearest.summary();
  note_omissions(recipe, "set per_device_train_batch_size and gradient_accumulation_steps", out);
  Json arguments = nearest.form().arguments;
  if (recipe.weight_decay) arguments["weight_decay"] = recipe.weight_decay->at(0);
  out.text = comment_heading(recipe, out);
  if (!out.is_exact())
    out.text +=
        "# The code of `losscast schedule --as pytorch` is exact: Trainer(..., optimizers=(optimizer, scheduler)).\n";
  out.text += "#\n#     TrainingArguments(..., **training_arguments)\ntraining_arguments = {\n";
  for (const auto& [key, value] : arguments.items()) out.text += fmt::format("    \"{}\": {},\n", key, value.dump());
  out.text += "}\n";
  return out;
}

}  // namespace losscast
