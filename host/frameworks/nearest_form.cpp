#include "frameworks/nearest_form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>

#include "frameworks/landmarks.hpp"
#include "losscast/base/error.hpp"
#include "losscast/format/number_text.hpp"
#include "losscast/schedule/describe.hpp"

namespace losscast {

namespace {

constexpr Step kProbes = 64;

}  // namespace

NearestForm::NearestForm(const Schedule& schedule)
    : lrs_(static_cast<std::size_t>(schedule.total_steps())), peak_(schedule.peak_lr()) {
  schedule.fill(0, lrs_);
  best_.error = std::numeric_limits<double>::infinity();
  const Step last = schedule.total_steps() - 1;
  for (Step i = 0; i <= kProbes; ++i) probes_.push_back(last * i / kProbes);
  for (const Step border : breakpoints(schedule))
    if (border > 0 && probes_.size() < 4 * kProbes) probes_.push_back(border - 1);
}

double NearestForm::error_at(const Form& form, Step step) const {
  const double error = std::abs(form.lr(step) - lrs_[static_cast<std::size_t>(step)]) / peak_;
  return std::isnan(error) ? std::numeric_limits<double>::infinity() : error;
}

void NearestForm::offer(const Form& form) {
  if (is_exact()) return;
  for (const Step step : probes_)
    if (error_at(form, step) >= best_.error) return;
  double error = 0;
  Step worst = 0;
  for (Step step = 0; step < static_cast<Step>(lrs_.size()); ++step) {
    const double here = error_at(form, step);
    if (here >= best_.error) return;
    if (here > error) {
      error = here;
      worst = step;
    }
  }
  form_ = form;
  best_.form = form.name;
  best_.error = error;
  best_.worst_step = worst;
}

void NearestForm::offer_low_rates(std::span<const double> low_rates, const std::function<Form(double low_rate)>& make) {
  if (is_exact()) return;
  for (const double low : low_rates) offer(make(low));
  const Step last = static_cast<Step>(lrs_.size()) - 1;
  const double at_zero = make(0).lr(last), at_peak = make(peak_).lr(last);
  const double solved = rounded_rate(peak_ * (lrs_.back() - at_zero) / (at_peak - at_zero));
  if (solved >= 0 && solved <= peak_) offer(make(solved));
}

double fall_of_cosine(double z) { return 0.5 * (1.0 + std::cos(std::numbers::pi * z)); }

void note_omissions(const Recipe& recipe, std::string_view batch_setting, Export& out) {
  if (recipe.weight_decay && !recipe.weight_decay->is_constant())
    out.omitted.push_back(fmt::format("the weight decay that changes from step {} on: set it in the training loop",
                                      recipe.weight_decay->changes().front()));
  if (recipe.batch)
    out.omitted.push_back(fmt::format("the batch of {} tokens{}: {}", number_text(recipe.batch->at(0)),
                                      recipe.batch->is_constant() ? "" : " at first, which changes", batch_setting));
}

std::string comment_heading(const Recipe& recipe, const Export& found) {
  std::string text = fmt::format("# A learning-rate schedule, written by losscast.\n# {}\n# {}\n",
                                 describe(recipe.schedule), closeness_text(found));
  for (const std::string& omitted : found.omitted) text += fmt::format("# Left out: {}.\n", omitted);
  return text;
}

void require_peak(const Recipe& recipe) {
  if (!(recipe.peak_lr() > 0))
    throw InputError("the schedule has no learning rate above 0", "it trains nothing", "give another one");
}

std::string closeness_text(const Export& found) {
  if (found.is_exact())
    return fmt::format("{}: exact, the learning rate of every update to within 1e-12 of the peak.", found.form);
  return fmt::format("{}: the nearest form, not exact: off by {:.3g} of the peak at step {}.", found.form, found.error,
                     found.worst_step);
}

}  // namespace losscast
