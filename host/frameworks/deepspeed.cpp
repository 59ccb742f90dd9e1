// DeepSpeed: the schedulers of its JSON. Its engine steps them after the optimiser. Their count begins at -1 and is s -
// 1 when update s is made, so that those with a warm-up are a step behind; OneCycle adds the step again. Formulas:
// deepspeed/runtime/lr_schedules.py, version 0.19.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "frameworks/landmarks.hpp"
#include "frameworks/nearest_form.hpp"

namespace losscast {

namespace {

using Json = nlohmann::ordered_json;

struct Warmup {
  Step steps;  // at least 2
  std::string type;

  // From 0 to 1, at the scheduler's count.
  double risen(Step count) const {
    const double all = static_cast<double>(steps);
    return type == "log" ? std::log(static_cast<double>(count) + 1) / std::log(all) : static_cast<double>(count) / all;
  }
};

Form form_of(const char* type, double peak, Json params, const std::function<double(Step)>& lr) {
  return {type,
          {{"optimizer", {{"type", "AdamW"}, {"params", {{"lr", peak}}}}},
           {"scheduler", {{"type", type}, {"params", std::move(params)}}}},
          lr};
}

void offer_warmup(NearestForm& nearest, double peak, double first, const Warmup& warmup) {
  nearest.offer(form_of("WarmupLR", peak,
                        {{"warmup_min_lr", first},
                         {"warmup_max_lr", peak},
                         {"warmup_num_steps", warmup.steps},
                         {"warmup_type", warmup.type}},
                        [=](Step s) {
                          if (s == 0) return first;
                          return first + (peak - first) * (s - 1 < warmup.steps ? warmup.risen(s - 1) : 1.0);
                        }));
}

void offer_warmup_decay(NearestForm& nearest, double peak, double first, const Warmup& warmup, Step total) {
  const double fall = std::max(1.0, static_cast<double>(total - warmup.steps));
  nearest.offer(form_of("WarmupDecayLR", peak,
                        {{"total_num_steps", total},
                         {"warmup_min_lr", first},
                         {"warmup_max_lr", peak},
                         {"warmup_num_steps", warmup.steps},
                         {"warmup_type", warmup.type}},
                        [=](Step s) {
                          const Step count = s - 1;
                          if (s == 0) return first;
                          const double share = count < warmup.steps
                                                   ? warmup.risen(count)
                                                   : std::max(0.0, static_cast<double>(total - count) / fall);
                          return first + (peak - first) * share;
                        }));
}

void offer_warmup_cosine(NearestForm& nearest, const Landmarks& marks, double peak, double first, const Warmup& warmup,
                         Step total) {
  const double start = first / peak;
  const double fall = static_cast<double>(std::max<Step>(1, total - warmup.steps));
  nearest.offer_low_rates(marks.low_rates, [&](double low) {
    const double ratio = low / peak;
    return form_of("WarmupCosineLR", peak,
                   {{"total_num_steps", total},
                    {"warmup_min_ratio", start},
                    {"warmup_num_steps", warmup.steps},
                    {"cos_min_ratio", ratio},
                    {"warmup_type", warmup.type}},
                   [=](Step s) {
                     const Step count = s - 1;
                     if (s == 0) return 0.0;  // whatever its first ratio
                     if (count < warmup.steps) return peak * (start + (1 - start) * warmup.risen(count));
                     const double z = std::min(1.0, static_cast<double>(count - warmup.steps + 1) / fall);
                     return peak * (ratio + (1 - ratio) * fall_of_cosine(z));
                   });
  });
}

// Up from the low rate in a straight line, down to it in another, and on at it.
void offer_one_cycle(NearestForm& nearest, double peak, double low, Step rise, Step fall) {
  nearest.offer(form_of("OneCycle", peak,
                        {{"cycle_min_lr", low},
                         {"cycle_max_lr", peak},
                         {"cycle_first_step_size", rise},
                         {"cycle_second_step_size", fall},
                         {"decay_step_size", 0},
                         {"cycle_momentum", false}},
                        [=](Step s) {
                          if (s >= rise + fall) return low;
                          const double share = s <= rise
                                                   ? static_cast<double>(s) / static_cast<double>(rise)
                                                   : static_cast<double>(rise + fall - s) / static_cast<double>(fall);
                          return low + (peak - low) * share;
                        }));
}

void offer_forms(NearestForm& nearest, const Landmarks& marks, double peak, Step warmup_end, Step total) {
  constexpr Step kShortestWarmup = 2;
  for (const double low : marks.first_rates)
    for (const Step end : marks.decay_ends)
      if (warmup_end > 0 && end > warmup_end) offer_one_cycle(nearest, peak, low, warmup_end, end - warmup_end);
  for (const char* type : {"linear", "log"}) {
    const Warmup warmup{std::max(kShortestWarmup, warmup_end), type};
    for (const double first : marks.first_rates) {
      if (first > peak) continue;
      offer_warmup(nearest, peak, first, warmup);
      for (const Step end : marks.decay_ends) {
        offer_warmup_decay(nearest, peak, first, warmup, end);
        // Beyond its end the cosine of older versions, such as 0.16, goes up again.
        if (end >= total - 1) offer_warmup_cosine(nearest, marks, peak, first, warmup, end);
      }
    }
  }
  // A constant needs no warm-up.
  offer_warmup(nearest, peak, peak, {kShortestWarmup, "linear"});
}

}  // namespace

Export deepspeed_export(const Recipe& recipe) {
  require_peak(recipe);
  const Landmarks marks = landmarks(recipe.schedule);
  NearestForm nearest(recipe.schedule);
  for (const double peak : marks.peaks)
    for (const Step warmup_end : marks.warmup_ends) offer_forms(nearest, marks, peak, warmup_end, recipe.total_steps());
  Export out = nearest.summary();
  note_omissions(recipe, "set train_batch_size, which counts sequences", out);
  Json json = nearest.form().arguments;
  if (recipe.weight_decay) json["optimizer"]["params"]["weight_decay"] = recipe.weight_decay->at(0);
  constexpr int kIndent = 2;
  out.text = json.dump(kIndent) + "\n";
  return out;
}

}  // namespace losscast
