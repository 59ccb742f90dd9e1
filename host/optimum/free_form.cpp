#include "losscast/optimum/free_form.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "losscast/base/contract.hpp"
#include "losscast/base/error.hpp"
#include "optimum/knots.hpp"
#include "optimum/projected_gradient.hpp"

namespace losscast {
namespace {

constexpr std::size_t kKnots[] = {64, 256};
constexpr std::size_t kDrawsForKnots = 8;                   // enough to come near; the last level takes all
constexpr double kTolerance = 1e-7, kLastTolerance = 1e-8;  // [nats] of the loss, over DescentRules::kPatience steps
constexpr int kMostSteps = 2000;                            // of each level

void check(const FreeFormBounds& bounds) {
  if (!(bounds.peak_lr > 0 && std::isfinite(bounds.peak_lr)))
    throw InputError(fmt::format("{:g} is no peak", bounds.peak_lr), "an LR is above 0", "give one such as 3e-4");
  if (!(bounds.min_lr > 0 && bounds.min_lr <= bounds.peak_lr))
    throw InputError(
        fmt::format("the lowest LR {:g} is not between 0 and the peak {:g}", bounds.min_lr, bounds.peak_lr),
        "at 0 itself the law need not be smooth", "give a small part of the peak");
  if (bounds.total_steps - bounds.warmup_steps < 2 || bounds.warmup_steps < 0)
    throw InputError(fmt::format("a warm-up of {} steps leaves nothing to choose", bounds.warmup_steps),
                     fmt::format("the run has {}", bounds.total_steps), "shorten it");
}

// The law as a function of v = (eta / peak)^p at the knots, in which it is smooth: the clock counts v.
class KnotLaw {
 public:
  KnotLaw(MeanLaw& law, const FreeFormBounds& bounds, Knots knots)
      : law_(law),
        peak_(bounds.peak_lr),
        power_(law.effective_lr().lr_power),
        knots_(std::move(knots)),
        lrs_(static_cast<std::size_t>(bounds.total_steps)),
        gradient_(lrs_.size()) {
    for (Step s = 0; s < bounds.warmup_steps; ++s)
      lrs_[static_cast<std::size_t>(s)] = peak_ * static_cast<double>(s) / static_cast<double>(bounds.warmup_steps);
  }

  double operator()(std::span<const double> x, std::span<double> gradient) {
    draw(x);
    const double loss = law_.gradient(lrs_, gradient_);
    const std::vector<double> by_lr = knots_.pull_back(gradient_);
    for (std::size_t i = 0; i < x.size(); ++i) gradient[i] = by_lr[i] * lr_slope(x[i]);
    return loss;
  }

  // The LRs of all steps where the knots have these values.
  const std::vector<double>& draw(std::span<const double> x) {
    std::vector<double> of_knots(x.begin(), x.end());
    for (double& value : of_knots) value = lr(value);
    knots_.draw(of_knots, lrs_);
    return lrs_;
  }

  std::vector<double> sample(std::span<const double> lrs) const {
    std::vector<double> x = knots_.sample(lrs);
    for (double& value : x) value = std::pow(value / peak_, power_);
    return x;
  }

  const Knots& knots() const { return knots_; }

 private:
  double lr(double v) const { return power_ == 1 ? peak_ * v : peak_ * std::pow(v, 1 / power_); }
  double lr_slope(double v) const { return power_ == 1 ? peak_ : peak_ / power_ * std::pow(v, 1 / power_ - 1); }

  MeanLaw& law_;
  double peak_, power_;
  Knots knots_;
  std::vector<double> lrs_, gradient_;
};

AllowedValues allowed_by(const FreeFormBounds& bounds, double power) {
  return {std::pow(bounds.min_lr / bounds.peak_lr, power), 1,
          bounds.order == FreeFormBounds::Order::non_increasing ? AllowedValues::Order::non_increasing
                                                                : AllowedValues::Order::any};
}

Descent descend_from(std::vector<double> x, KnotLaw& law, const AllowedValues& allowed, double tolerance) {
  return descend([&](std::span<const double> at, std::span<double> gradient) { return law(at, gradient); },
                 std::move(x), law.knots().weights(), {allowed, tolerance, kMostSteps});
}

// The better of what the knots gave and of the schedule that all began with.
std::vector<double> better_start(MeanLaw& law, KnotLaw& of_steps, const std::vector<double>& of_knots,
                                 std::vector<double> started, const AllowedValues& allowed) {
  std::vector<double> x = of_steps.sample(of_knots), other = of_steps.sample(started);
  project(other, of_steps.knots().weights(), allowed);
  if (law.value(of_steps.draw(other)) < law.value(of_steps.draw(x))) return other;
  return x;
}

}  // namespace

FreeForm best_free_form(MeanLaw& law, const FreeFormBounds& bounds, const Schedule& start,
                        const std::function<void(std::size_t, double)>& after_level) {
  check(bounds);
  LOSSCAST_EXPECTS(start.total_steps() == bounds.total_steps && start.peak_lr() <= bounds.peak_lr);
  const AllowedValues allowed = allowed_by(bounds, law.effective_lr().lr_power);
  const auto steps = static_cast<std::size_t>(bounds.total_steps - bounds.warmup_steps);
  std::vector<double> started(static_cast<std::size_t>(bounds.total_steps));
  start.fill(0, started);

  FreeForm best;
  best.start_loss = law.value(started);
  best.lrs = started;
  const auto keep = [&](KnotLaw& of_knots, const Descent& descent) {
    best.lrs = of_knots.draw(descent.x);
    best.loss = descent.value;
    best.evaluations += descent.evaluations;
    if (after_level) after_level(of_knots.knots().size(), best.loss);
  };
  for (const std::size_t count : kKnots) {
    if (count >= steps) break;
    MeanLaw of_few_draws(law, kDrawsForKnots);  // whose memory is free again for the last level
    KnotLaw of_knots(of_few_draws, bounds, Knots(bounds.warmup_steps, bounds.total_steps, count));
    keep(of_knots, descend_from(of_knots.sample(best.lrs), of_knots, allowed, kTolerance));
  }

  KnotLaw of_steps(law, bounds, Knots(bounds.warmup_steps, bounds.total_steps, steps));
  const Descent descent = descend_from(better_start(law, of_steps, best.lrs, std::move(started), allowed), of_steps,
                                       allowed, kLastTolerance);
  keep(of_steps, descent);
  std::vector<double> slope(steps);
  of_steps(descent.x, slope);
  best.optimality = largest_descent(descent.x, slope, allowed);
  return best;
}

}  // namespace losscast
