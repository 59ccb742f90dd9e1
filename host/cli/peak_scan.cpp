#include "cli/peak_scan.hpp"

#include <algorithm>
#include <cmath>
#include <limits>

#include "losscast/base/error.hpp"
#include "losscast/base/spread.hpp"
#include "losscast/fit/forecast.hpp"
#include "losscast/model/check_recipe.hpp"
#include "losscast/model/mean_law.hpp"
#include "losscast/schedule/families.hpp"

namespace losscast {

namespace {

constexpr std::size_t kDraws = 32;
constexpr Step kMostSteps = 1'000'000;  // some numbers are kept for each

std::vector<double> peaks_to_try(const Fit& fit) {
  constexpr double kBelow = 4, kAbove = 2, kApart = 1.1892071150027210667;  // 2^(1/4)
  const double highest = std::min(kAbove * fit.seen.peak_lr_max, standing_peak_lr(fit));
  std::vector<double> peaks;
  for (double peak = fit.seen.peak_lr_min / kBelow; peak < highest; peak *= kApart) peaks.push_back(peak);
  peaks.push_back(highest);
  return peaks;
}

Recipe recipe_with_peak(Arguments schedule, double peak, const LossSde& sde) {
  schedule.values["peak_lr"] = peak;
  Recipe recipe = make_recipe(schedule);
  if (recipe.total_steps() > kMostSteps)
    throw InputError("this run is too long to try its peaks", "it has more than a million steps", "shorten it");
  check_weight_decay(*sde.model, recipe, sde.weight_decay);
  return recipe;
}

double loss_of(MeanLaw& law, const Recipe& recipe) {
  std::vector<double> lrs(static_cast<std::size_t>(recipe.total_steps()));
  recipe.schedule.fill(0, lrs);
  const double loss = law.value(lrs);
  return std::isfinite(loss) ? loss : std::numeric_limits<double>::infinity();
}

}  // namespace

PeakScan scan_peaks(const Fit& fit, const Arguments& schedule, const std::string& origin, int threads) {
  if (!schedule.values.contains("peak_lr"))
    throw InputError("this schedule has no peak_lr", "it is what is varied", "give one of a family that has it, as wsd")
        .at(origin);
  LossSde sde = make_sde(fit);
  sde.draws = spread(sde.draws.all(), kDraws);
  MeanLaw law(sde, threads);
  PeakScan scan{.peaks = peaks_to_try(fit), .losses = {}, .best = 0};
  try {
    for (const double peak : scan.peaks) scan.losses.push_back(loss_of(law, recipe_with_peak(schedule, peak, sde)));
  } catch (const InputError& error) {
    throw error.at(origin);
  }
  const auto lowest = std::ranges::min_element(scan.losses);
  if (!std::isfinite(*lowest))
    throw InputError("the fit gives this schedule no loss at any peak", "it diverges at all that were tried",
                     "give a shorter or gentler one")
        .at(origin);
  scan.best = static_cast<std::size_t>(lowest - scan.losses.begin());
  return scan;
}

}  // namespace losscast
